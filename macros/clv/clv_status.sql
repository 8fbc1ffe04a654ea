{# What stands behind the forecast of int_clv_expectations: the first thing that is lacking, else how it scores. #}
{% macro clv_status() -%}
    case
        when chosen.total_status = 'misses_held_out_total' then chosen.total_status
        when sufficiency.population_status <> 'sufficient' then sufficiency.population_status
        when chosen.total_status = 'not_judged' then chosen.total_status
        when at_age.model is null then 'loses_to_naive_forecast'
        else chosen.status
    end
{%- endmacro %}
