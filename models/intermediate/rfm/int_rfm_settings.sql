{%- set weights = rfm_weights() -%}
{%- set base_date = date_setting('rfm_base_date', 'first') -%}
-- one row: how recency, frequency and monetary are measured and scored in this run
with

limits as (
    select
        max(case when limit_key = 'group_customers_count' then limit_value end) as minimum_group_customers_count,
        max(case when limit_key = 'base_customers_count' then limit_value end) as minimum_base_customers_count
    from {{ ref('rfm_limits') }}
)

select
    cast({{ days_setting('rfm_window_days', 0, 36500) }} as {{ dbt.type_int() }}) as window_days,
    '{{ choice_setting('rfm_frequency', ['orders', 'purchase_days']) }}' as frequency_definition,
    '{{ choice_setting('rfm_group', ['none', 'customer_type', 'country_code', 'sales_region', 'region']) }}' as group_attribute,
    '{{ choice_setting('rfm_cut_points', ['fitted', 'own']) }}' as cut_points_source,
    {{ double_literal(weights['recency']) }} as recency_weight,
    {{ double_literal(weights['frequency']) }} as frequency_weight,
    {{ double_literal(weights['monetary']) }} as monetary_weight,
    cast(nullif('{{ base_date }}', 'first') as date) as base_from_date,
    limits.minimum_group_customers_count,
    limits.minimum_base_customers_count
from limits
