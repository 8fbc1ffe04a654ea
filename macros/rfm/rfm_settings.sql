{# One row: how recency, frequency and monetary are measured and scored in this run. The options of a deployment are vars, each checked by
   its macro; models join the row, so that no business SQL branches on an option. #}
{% macro rfm_settings() -%}
    {%- set weights = rfm_weights() -%}
    select
        cast({{ days_setting('rfm_window_days', 0, 36500) }} as {{ dbt.type_int() }}) as window_days,
        '{{ choice_setting('rfm_frequency', ['orders', 'purchase_days']) }}' as frequency_definition,
        '{{ choice_setting('rfm_group', ['none', 'customer_type', 'country_code', 'sales_region', 'region']) }}' as group_attribute,
        '{{ choice_setting('rfm_cut_points', ['fitted', 'own']) }}' as cut_points_source,
        {%- for metric in ['recency', 'frequency', 'monetary'] %}
        {{ double_literal(weights[metric]) }} as {{ metric }}_weight,
        {%- endfor %}
        cast(nullif('{{ date_setting('rfm_base_date', ['first']) }}', 'first') as date) as base_from_date,
        limits.group_customers_count,
        limits.frequent_orders_count,
        limits.base_customers_count
    from (
        {{ settings('rfm', ['group_customers_count', 'base_customers_count', 'frequent_orders_count']) }}
    ) as limits
{%- endmacro %}
