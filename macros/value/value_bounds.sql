{# The amounts at which one level of value_cut_points ends and the next begins, one row per as-of date. #}
{% macro value_bounds(levels) -%}
    select
        as_of_date,
        {%- for level in ['top', 'high', 'medium'] %}
        max(case when scheme = 'value_tier' and level = '{{ level }}' then lower_amount end) as tier_{{ level }}_amount,
        {%- endfor %}
        {%- for level in ['high', 'medium'] %}
        max(case when measure = 'predicted_clv_amount' and level = '{{ level }}' then lower_amount end) as predicted_{{ level }}_amount
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ levels }}
    group by as_of_date
{%- endmacro %}
