-- one row per buyer and date at which customers are clustered: the group the buyer is clustered in, and whether habits can be seen
-- yet. The dates are the current one; the earlier month-ends at which a cluster must have been there to be called a persona; and the
-- year-end before them, which holds the numbers of the clusters in place: they are handed on from date to date, and the first date
-- stays the same for a year
with

settings as (
    {{ settings('persona', ['earlier_date_months', 'earliest_date_months', 'fewest_orders_count', 'fewest_group_customers_count']) }}
),

spine as (
    select
        as_of_date,
        is_current,
        row_number() over (order by as_of_date desc) - 1 as months_before
    from {{ ref('int_as_of_dates') }}
),

dates as (
    select
        spine.as_of_date,
        spine.is_current,
        spine.months_before in (settings.earlier_date_months, settings.earliest_date_months) as is_earlier,
        spine.as_of_date = max(
            case when spine.months_before >= settings.earliest_date_months and extract(month from spine.as_of_date) = 12 then spine.as_of_date end
        ) over () as is_anchor
    from spine
    cross join settings
),

buyers as (
    select
        purchases.customer_id,
        dates.as_of_date,
        dates.is_current,
        dates.is_earlier,
        purchases.orders_count >= settings.fewest_orders_count as has_habits,
        coalesce(
            case '{{ deployment_setting('persona_group') }}'
                when 'customer_type' then customers.customer_type
                when 'lifecycle_group' then lifecycle_groups.persona_group
            end,
            'all'
        ) as wanted_group
    from {{ ref('int_customer_purchases_as_of') }} as purchases
    cross join settings
    inner join dates
        on purchases.as_of_date = dates.as_of_date
        and (dates.is_current or dates.is_earlier or dates.is_anchor)
    inner join {{ ref('int_customers_accepted') }} as customers
        on purchases.customer_id = customers.customer_id
    -- the stage of the date, so that a group holds who was in it then
    left join {{ ref('lifecycle_labels') }} as stages
        on purchases.customer_id = stages.customer_id
        and purchases.as_of_date = stages.as_of_date
    left join {{ ref('persona_lifecycle_groups') }} as lifecycle_groups
        on stages.segment = lifecycle_groups.lifecycle_segment
    where purchases.orders_count > 0
)

select
    customer_id,
    as_of_date,
    is_current,
    is_earlier,
    has_habits,
    -- a group with too few customers whose habits can be seen today has no clusters of its own; its customers go to the clusters of
    -- everybody, at every date
    case
        when sum(case when is_current and has_habits then 1 else 0 end) over (partition by wanted_group) >= settings.fewest_group_customers_count
            then wanted_group
        else 'all'
    end as persona_group
from buyers
cross join settings
