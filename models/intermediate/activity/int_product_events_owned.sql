-- one row per product event that belongs to a customer, directly or through the user
with

owned as (
    select
        coalesce(events.customer_id, users.customer_id) as customer_id,
        events.user_id,
        events.event_name,
        events.occurred_at,
        events.occurred_date,
        events.page_path,
        events.duration_seconds
    from {{ accepted_relation('product_events') | indent(4) }} as events
    left join {{ accepted_relation('users') | indent(4) }} as users
        on events.user_id = users.user_id
)

select * from owned
where customer_id is not null
