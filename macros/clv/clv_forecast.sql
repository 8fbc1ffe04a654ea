{# Purchases that the chosen forecast expects of a customer, not yet calibrated: next_90_days, next_365_days or discounted (over the
   horizon of the values). Reads the columns of int_clv_expectations' own `scored`. #}
{% macro clv_forecast(horizon) -%}
    {%- set days = 90 if horizon == 'next_90_days' else 365 -%}
    {%- set again = '1' -%}
    {%- if horizon == 'discounted' -%}
        {#- after a year they move through the classes of recency; every year is alike where those are not known -#}
        {%- set again = 'coalesce(class_discounted / nullif(class_next_365_days, 0), '
            ~ discounted_days(deployment_setting('clv_discount_rate_yearly'), deployment_setting('clv_horizon_days'))
            ~ ' / ' ~ double_literal(365.25) ~ ')' -%}
    {%- endif -%}
    case clv_model
        when 'same_as_last_period' then purchases_last_{{ days }}_days_count * {{ again }}
        when 'same_season_last_year'
            then {{ 'purchases_same_90_days_last_year_count' if days == 90 else 'purchases_last_365_days_count' }} * {{ again }}
        when 'seed_formula' then (repeat_purchase_count + 1) / greatest(age_days, {{ double_literal(365.25) }}) * {{ days }} * {{ again }}
        when 'population_repeat_rate' then class_{{ horizon }}
        when 'repeat_rate_by_recency' then class_{{ horizon }}
        when 'repeat_rate_by_season' then class_{{ horizon }}
        else model_{{ horizon }} * alive_ratio
    end
{%- endmacro %}
