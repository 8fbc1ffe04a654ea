{# The whole numbers from 1 to 1000, for series of renewals: 1000 months are more than any data can hold. #}
{% macro whole_numbers() -%}
    select 100 * hundreds.digit + 10 * tens.digit + ones.digit + 1 as whole_number
    from ({{ digits() }}) as hundreds
    cross join ({{ digits() }}) as tens
    cross join ({{ digits() }}) as ones
{%- endmacro %}

{% macro digits() -%}
    {%- for digit in range(10) -%}
        select {{ digit }} as digit{{ ' union all ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
