-- one row per customer in contact: product events, e-mail and support up to the current as-of date
with

spine as (
    select
        as_of_date,
        {{ days_before('as_of_date', 365) }} as date_365_days_before
    from {{ ref('int_as_of_dates') }}
    where is_current
),

events as (
    select
        days.customer_id,
        sum(days.events_count) as events_last_365_days_count
    from {{ ref('int_customer_event_days') }} as days
    inner join spine
        on days.event_date <= spine.as_of_date
        and days.event_date > spine.date_365_days_before
    group by days.customer_id
),

emails as (
    select
        campaign_events.customer_id,
        sum(case when campaign_events.event_type = 'clicked' then 1 else 0 end) as clicks_count,
        sum(case when campaign_events.event_type = 'sent' then 1 else 0 end) as sends_count
    from {{ ref('int_campaign_events_accepted') }} as campaign_events
    inner join spine
        on campaign_events.occurred_date <= spine.as_of_date
    group by campaign_events.customer_id
),

tickets as (
    select
        support_tickets.customer_id,
        count(*) as tickets_count
    from {{ ref('int_support_tickets_accepted') }} as support_tickets
    inner join spine
        on support_tickets.opened_date <= spine.as_of_date
    group by support_tickets.customer_id
),

customers as (
    select customer_id from events
    union
    select customer_id from emails
    union
    select customer_id from tickets
)

select
    customers.customer_id,
    coalesce(events.events_last_365_days_count, 0) as events_last_365_days_count,
    coalesce(emails.clicks_count, 0) as clicks_count,
    coalesce(emails.sends_count, 0) as sends_count,
    coalesce(tickets.tickets_count, 0) as tickets_count
from customers
left join events
    on customers.customer_id = events.customer_id
left join emails
    on customers.customer_id = emails.customer_id
left join tickets
    on customers.customer_id = tickets.customer_id
