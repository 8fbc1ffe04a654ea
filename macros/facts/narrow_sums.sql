{# Sums that keep their name and a narrow type (whole numbers, amounts with four decimals): an engine that widens a sum to
   38 digits makes every later read of it several times slower. An amount beyond the type stops the run. #}
{% macro narrow_sums(relation, counts, amounts=[]) -%}
    {%- for measure in counts %}
        cast(sum({{ relation }}.{{ measure }}) as {{ dbt.type_bigint() }}) as {{ measure }}{{ ',' if amounts or not loop.last }}
    {%- endfor %}
    {%- for measure in amounts %}
        cast(sum({{ relation }}.{{ measure }}) as decimal(18, 4)) as {{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
