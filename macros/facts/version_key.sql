{# A version of an application as a text that sorts as versions do, by its first three numbers ("v5.10", "5.10.0 (812)" and "5.10.0-beta" are
   one); null where it does not begin with a number. #}
{% macro version_key(version) -%}
    {%- set words = 'trim(' ~ word_text("replace(lower(" ~ version ~ "), 'v', ' ')") ~ ')' -%}
    {%- set numbers = [] -%}
    {%- for part in [1, 2, 3] -%}
        {%- do numbers.append(try_cast(dbt.split_part(words, "' '", part), 'bigint')) -%}
    {%- endfor -%}
    case when {{ numbers[0] }} is not null then concat(
        {%- for number in numbers %}
        lpad(cast(coalesce({{ number }}, 0) as {{ dbt.type_string() }}), 18, '0'){{ ',' if not loop.last }}
        {%- endfor %}
    ) end
{%- endmacro %}

{# The version of such a key as people write it: 5.10.0. #}
{% macro version_of_key(key) -%}
    concat(
        {%- for start in [1, 19, 37] %}
        cast(cast(substring({{ key }}, {{ start }}, 18) as {{ dbt.type_bigint() }}) as {{ dbt.type_string() }}){{ ", '.'," if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
