{# The cut points of an as-of date and group in one row: <metric>_cut_1 to <metric>_cut_4. #}
{% macro rfm_wide_cuts() -%}
    select
        as_of_date,
        {%- for metric in ['recency_days', 'frequency_count', 'monetary_amount'] %}
        {%- for quantile in range(1, 5) %}
        max(case when metric = '{{ metric }}' and quantile = {{ quantile }} then cut_value end) as {{ metric }}_cut_{{ quantile }},
        {%- endfor %}
        {%- endfor %}
        rfm_group
    from {{ ref('rfm_cut_points') }}
    group by as_of_date, rfm_group
{%- endmacro %}
