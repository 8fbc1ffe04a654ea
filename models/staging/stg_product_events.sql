{% set made = ['event_name', 'device_type', 'operating_system', 'browser', 'duration_seconds'] -%}
with

{{ read_rows('product_events', made) }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('product_events', made) }}
        {{ code_text('product_events.event_name') }} as event_name,
        lower(product_events.device_type) as device_type,
        lower(product_events.operating_system) as operating_system,
        lower(product_events.browser) as browser,
        case when product_events.duration_seconds >= 0 then product_events.duration_seconds end as duration_seconds,
        {{ local_date('product_events.occurred_at') }} as occurred_date,
        product_events.problem_rule_id,
        product_events.problem_detail,
        product_events.unreadable_values_count,
        product_events.row_position,
        product_events.is_repeated
    from product_events
),

{{ checked_rows(
    'product_events',
    rules={
        'impossible_date': is_impossible_date('occurred_at'),
        'fact_without_owner': 'customer_id is null and user_id is null and anonymous_id is null',
    },
) }}

select * from checked_rows
