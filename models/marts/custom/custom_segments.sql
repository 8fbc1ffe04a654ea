-- one row per custom segment: its rules in words, how many are members and how much they bring
with

spine as (
    select as_of_date from {{ ref('int_as_of_dates') }} where is_current
),

revenue as (
    select
        customers.customer_id,
        coalesce(purchases.net_last_365_days_amount, 0) + coalesce(contracts.subscription_revenue_last_365_days_amount, 0) as revenue_amount
    from {{ ref('int_customers_as_of') }} as customers
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on customers.customer_id = purchases.customer_id
        and customers.as_of_date = purchases.as_of_date
    left join {{ ref('int_customer_contracts_as_of') }} as contracts
        on customers.customer_id = contracts.customer_id
        and customers.as_of_date = contracts.as_of_date
    where customers.is_current
),

totals as (
    select count(*) as customers_count, sum(revenue_amount) as revenue_amount from revenue
),

counted as (
    select
        members.custom_segment,
        max(members.frozen_as_of_date) as frozen_as_of_date,
        count(case when members.membership = 'member' then 1 end) as members_count,
        count(case when members.membership = 'unknown' then 1 end) as unknown_count,
        sum(case when members.membership = 'member' then revenue.revenue_amount end) as revenue_amount
    from {{ ref('customer_custom_segments') }} as members
    inner join revenue
        on members.customer_id = revenue.customer_id
    group by members.custom_segment
)

select
    segments.custom_segment,
    spine.as_of_date,
    segments.label,
    segments.owner,
    segments.purpose,
    segments.suggested_action,
    segments.rules_text,
    segments.rules_hash,
    segments.frozen_on_date,
    counted.frozen_as_of_date,
    cast(coalesce(counted.members_count, 0) as {{ dbt.type_bigint() }}) as members_count,
    cast(coalesce(counted.unknown_count, 0) as {{ dbt.type_bigint() }}) as unknown_count,
    cast(totals.customers_count - coalesce(counted.members_count, 0) - coalesce(counted.unknown_count, 0) as {{ dbt.type_bigint() }}) as others_count,
    coalesce(counted.members_count, 0) / {{ double_literal('totals.customers_count') }} as members_ratio,
    cast(coalesce(counted.revenue_amount, 0) as decimal(18, 2)) as revenue_amount,
    coalesce(counted.revenue_amount, 0) / {{ double_literal('nullif(totals.revenue_amount, 0)') }} as revenue_ratio,
    segments.minimum_size_count,
    coalesce(counted.members_count, 0) >= segments.minimum_size_count as has_minimum_size
from {{ ref('int_custom_segments') }} as segments
cross join spine
cross join totals
left join counted
    on segments.custom_segment = counted.custom_segment
