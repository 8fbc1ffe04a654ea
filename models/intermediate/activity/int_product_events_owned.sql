-- one row per product event that belongs to a customer, directly or through the user
with

events as (
    select
        user_id,
        customer_id,
        event_name,
        occurred_at,
        occurred_date,
        page_path,
        duration_seconds
    from {{ ref('int_product_events_accepted') }}
),

users as (
    select
        user_id,
        customer_id
    from {{ ref('int_users_accepted') }}
),

owned as (
    select
        coalesce(events.customer_id, users.customer_id) as customer_id,
        events.user_id,
        events.event_name,
        events.occurred_at,
        events.occurred_date,
        events.page_path,
        events.duration_seconds
    from events
    left join users
        on events.user_id = users.user_id
)

select * from owned
where customer_id is not null
