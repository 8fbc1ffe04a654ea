-- one row per customer of the current as-of date: how soon goods are wanted, how large the last order is against the earlier ones and those
-- of all customers, what it is for, and for which occasions
with

limits as (
    {{ settings('situational', ['urgency_days', 'occasion_days', 'own_orders_count', 'use_case_lines_count', 'compared_customers_count']) }}
),

spine as (
    select as_of_date from {{ ref('int_as_of_dates') }} where is_current
),

deals as (
    {{ deals() | indent(4) }}
),

{{ urgencies() }},

{{ order_sizes() }},

{{ use_cases() }},

{{ occasions() }}

select
    customers.customer_id,
    deals_rejected.customer_id is not null as has_rejected_deals,
    open_deals.urgency_rank,
    open_deals.days_to_needed_by,
    coalesce(deliveries.requested_orders_count, 0) as requested_orders_count,
    deliveries.median_lead_days,
    {%- for measure in ['last_order_amount', 'own_median_amount', 'population_median_amount', 'earlier_orders_count', 'is_own_compared', 'is_population_compared'] %}
    sizes.{{ measure }},
    {%- endfor %}
    purposes.use_case,
    purposes.is_stated,
    purposes.use_case_lines_count,
    purposes.use_case_ratio,
    coalesce(own_occasions.occasion_orders_count, 0) as occasion_orders_count,
    coalesce(own_occasions.gift_orders_count, 0) as gift_orders_count,
    own_occasions.main_season,
    coalesce(own_occasions.main_season_orders_count, 0) as main_season_orders_count
from (select customer_id from {{ ref('int_customers_as_of') }} where is_current) as customers
left join open_deals on customers.customer_id = open_deals.customer_id
left join deliveries on customers.customer_id = deliveries.customer_id
left join sizes on customers.customer_id = sizes.customer_id
left join purposes on customers.customer_id = purposes.customer_id
left join own_occasions on customers.customer_id = own_occasions.customer_id
left join (
    select customer_id from deals where rejection_rule_id is not null group by customer_id
) as deals_rejected on customers.customer_id = deals_rejected.customer_id
