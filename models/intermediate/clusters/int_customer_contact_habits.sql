-- one row per customer in contact and persona date: product events, e-mail and support up to the date
with

dates as (
    select
        as_of_date,
        {{ days_before('as_of_date', 365) }} as date_365_days_before
    from {{ ref('int_persona_dates') }}
),

contacts as (
    select
        days.customer_id,
        dates.as_of_date,
        days.events_count,
        0 as clicks_count,
        0 as sends_count,
        0 as tickets_count
    from {{ ref('int_customer_activity_days') }} as days
    inner join dates
        on days.activity_date <= dates.as_of_date
        and days.activity_date > dates.date_365_days_before
    where days.events_count > 0
    union all
    select
        campaign_events.customer_id,
        dates.as_of_date,
        0 as events_count,
        case when campaign_events.event_type = 'clicked' then 1 else 0 end as clicks_count,
        case when campaign_events.event_type = 'sent' then 1 else 0 end as sends_count,
        0 as tickets_count
    from {{ ref('int_campaign_events_accepted') }} as campaign_events
    inner join dates
        on campaign_events.occurred_date <= dates.as_of_date
    where campaign_events.event_type in ('clicked', 'sent')
    union all
    select
        support_tickets.customer_id,
        dates.as_of_date,
        0 as events_count,
        0 as clicks_count,
        0 as sends_count,
        1 as tickets_count
    from {{ ref('int_support_tickets_accepted') }} as support_tickets
    inner join dates
        on support_tickets.opened_date <= dates.as_of_date
)

select
    customer_id,
    as_of_date,
    sum(events_count) as events_last_365_days_count,
    sum(clicks_count) as clicks_count,
    sum(sends_count) as sends_count,
    sum(tickets_count) as tickets_count
from contacts
group by customer_id, as_of_date
