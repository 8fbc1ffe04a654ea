{# One row: how recency, frequency and monetary are measured and scored in this run. The options of a deployment are vars, each checked by
   its macro; models join the row, so that no business SQL branches on an option. #}
{% macro rfm_settings() -%}
    {%- set weights = deployment_setting('rfm_weights') -%}
    select
        cast({{ deployment_setting('rfm_window_days') }} as {{ dbt.type_int() }}) as window_days,
        '{{ deployment_setting('rfm_frequency') }}' as frequency_definition,
        '{{ deployment_setting('rfm_group') }}' as group_attribute,
        '{{ deployment_setting('rfm_cut_points') }}' as cut_points_source,
        {%- for metric in ['recency', 'frequency', 'monetary'] %}
        {{ double_literal(weights[metric]) }} as {{ metric }}_weight,
        {%- endfor %}
        cast(nullif('{{ deployment_setting('rfm_base_date') }}', 'first') as date) as base_from_date,
        limits.group_customers_count,
        limits.frequent_orders_count,
        limits.base_customers_count
    from (
        {{ settings('rfm', ['group_customers_count', 'base_customers_count', 'frequent_orders_count']) }}
    ) as limits
{%- endmacro %}
