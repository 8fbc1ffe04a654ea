-- one row per customer of the current as-of date: the furthest open deal and how long it stands where it does, the last deal that closed lately,
-- the last purchase, and the furthest sign of interest since then
with

limits as (
    {{ settings('journey', ['sign_days', 'closed_deal_days', 'compared_deals_count']) }}
),

spine as (
    select as_of_date from {{ ref('int_as_of_dates') }} where is_current
),

customers as (
    select
        customer_id,
        days_since_first_purchase,
        -- an order, or the start of the contract that runs
        least(days_since_last_order, case when has_contract then days_since_contract_start end) as days_since_purchase
    from {{ ref('int_customer_relationships_as_of') }}
    where is_current
),

deals as (
    {{ deals() | indent(4) }}
),

{{ journey_deals() }},

{{ journey_signs() }}

select
    customers.customer_id,
    deals_rejected.customer_id is not null as has_rejected_deals,
    seen.customer_id is not null as has_events,
    coalesce(open_deals.open_deals_count, 0) as open_deals_count,
    open_deals.open_stage,
    open_deals.days_in_stage,
    open_deals.days_open,
    closed_deals.closed_state,
    closed_deals.days_since_closed,
    cycles.won_deals_count,
    cycles.usual_cycle_days,
    customers.days_since_purchase,
    customers.days_since_purchase < limits.sign_days as has_bought_lately,
    case
        when signs.days_since_evaluation is not null then 'evaluation'
        when signs.days_since_interest is not null then 'interest'
        when signs.days_since_problem is not null then 'problem'
    end as sign_stage,
    coalesce(signs.days_since_evaluation, signs.days_since_interest, signs.days_since_problem) as days_since_sign
from customers
cross join limits
cross join cycles
left join open_deals on customers.customer_id = open_deals.customer_id
left join closed_deals on customers.customer_id = closed_deals.customer_id
left join signs on customers.customer_id = signs.customer_id
left join (select customer_id from event_days where behavior = 'any_event' group by customer_id) as seen on customers.customer_id = seen.customer_id
left join (select customer_id from deals where rejection_rule_id is not null group by customer_id) as deals_rejected
    on customers.customer_id = deals_rejected.customer_id
