-- one row per customer: how much activity up to the current as-of date, in three windows, and how many behaviors
with

counts as (
    select
        days.customer_id,
        {%- for window in [30, 90, 365] %}
        {%- for what in ['events', 'orders'] %}
        sum(case when days.activity_date > {{ days_before('spine.as_of_date', window) }} then days.{{ what }}_count else 0 end) as {{ what }}_last_{{ window }}_days_count,
        {%- endfor %}
        sum(case when days.activity_date > {{ days_before('spine.as_of_date', window) }} then 1 else 0 end) as active_days_last_{{ window }}_days_count{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_customer_activity_days') }} as days
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and days.activity_date <= spine.as_of_date
    group by days.customer_id
),

signals as (
    select signal from {{ ref('event_signals') }} group by signal
),

-- signals are groups of events, so they would count twice
distinct_behaviors as (
    select
        behaviors.customer_id,
        count(*) as distinct_behaviors_count
    from {{ ref('int_customer_behaviors') }} as behaviors
    left join signals
        on behaviors.behavior = signals.signal
    where signals.signal is null
        and behaviors.behavior not in ('any_event', 'placed_order')
    group by behaviors.customer_id
),

rules_met as (
    select
        customer_id,
        count(*) as behavior_rules_met_count
    from {{ ref('int_customer_behavior_rules_met') }}
    where is_met
    group by customer_id
)

select
    customers.customer_id,
    {%- for window in [30, 90, 365] %}
    {%- for what in ['events', 'orders', 'active_days'] %}
    coalesce(counts.{{ what }}_last_{{ window }}_days_count, 0) as {{ what }}_last_{{ window }}_days_count,
    {%- endfor %}
    {%- endfor %}
    coalesce(distinct_behaviors.distinct_behaviors_count, 0) as distinct_behaviors_count,
    coalesce(rules_met.behavior_rules_met_count, 0) as behavior_rules_met_count
from {{ ref('int_customers_as_of') }} as customers
left join counts
    on customers.customer_id = counts.customer_id
left join distinct_behaviors
    on customers.customer_id = distinct_behaviors.customer_id
left join rules_met
    on customers.customer_id = rules_met.customer_id
where customers.is_current
