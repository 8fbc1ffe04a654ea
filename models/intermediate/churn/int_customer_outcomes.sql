-- one row per buyer and as-of date whose next 90 days are over: whether an order came in them, and whether an order came or a contract runs
-- at their end. Looks ahead of its as-of date, never of the current one: for judging labels and predictions only, no label may read it
with

purchase_days as (
    select
        customer_id,
        activity_date,
        lead(activity_date) over (partition by customer_id order by activity_date) as next_order_date
    from {{ ref('int_customer_purchase_days') }}
    where orders_count > 0
    union all
    -- who has only had a contract so far: the first order
    select
        customer_id,
        cast('0001-01-01' as date) as activity_date,
        min(activity_date) as next_order_date
    from {{ ref('int_customer_purchase_days') }}
    where orders_count > 0
    group by customer_id
),

closed_dates as (
    select
        earlier.as_of_date,
        cast({{ dbt.dateadd('day', 90, 'earlier.as_of_date') }} as date) as date_90_days_after
    from {{ ref('int_as_of_dates') }} as earlier
    inner join {{ ref('int_as_of_dates') }} as present
        on present.is_current
        and {{ days_between('earlier.as_of_date', 'present.as_of_date') }} >= 90
),

contracts_after as (
    select distinct
        contract_rows.customer_id,
        closed_dates.as_of_date
    from closed_dates
    inner join {{ ref('int_contract_rows') }} as contract_rows
        on contract_rows.started_date <= closed_dates.date_90_days_after
        and coalesce(contract_rows.ended_date > closed_dates.date_90_days_after, true)
),

known as (
    select
        relationships.customer_id,
        relationships.as_of_date,
        closed_dates.date_90_days_after,
        relationships.purchase_days_count > 0 as has_ordered,
        coalesce(purchase_days.next_order_date <= closed_dates.date_90_days_after, false) as has_order_next_90_days,
        contracts_after.customer_id is not null as has_contract_after_90_days
    from {{ ref('int_customer_relationships_as_of') }} as relationships
    inner join closed_dates
        on relationships.as_of_date = closed_dates.as_of_date
    left join purchase_days
        on relationships.customer_id = purchase_days.customer_id
        and coalesce(relationships.last_order_date, cast('0001-01-01' as date)) = purchase_days.activity_date
    left join contracts_after
        on relationships.customer_id = contracts_after.customer_id
        and relationships.as_of_date = contracts_after.as_of_date
    where relationships.first_purchase_date is not null
)

select
    customer_id,
    as_of_date,
    date_90_days_after,
    has_ordered,
    has_order_next_90_days,
    has_order_next_90_days or has_contract_after_90_days as has_purchase_next_90_days
from known
