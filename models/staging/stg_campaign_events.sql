{% set made = ['event_type', 'device_type', 'operating_system'] -%}
with

{{ read_rows('campaign_events', made) }},

campaign_event_types as (
    select
        spelling,
        event_type
    from {{ ref('campaign_event_types') }}
),

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('campaign_events', made) }}
        coalesce(campaign_event_types.event_type, {{ code_text('campaign_events.event_type') }}) as event_type,
        lower(campaign_events.device_type) as device_type,
        lower(campaign_events.operating_system) as operating_system,
        {{ local_date('campaign_events.occurred_at') }} as occurred_date,
        campaign_events.problem_rule_id,
        campaign_events.problem_detail,
        campaign_events.unreadable_values_count,
        campaign_events.row_position,
        campaign_events.is_repeated
    from campaign_events
    left join campaign_event_types
        on {{ code_text('campaign_events.event_type') }} = campaign_event_types.spelling
),

{{ checked_rows(
    'campaign_events',
    rules={
        'impossible_date': is_impossible_date('occurred_at'),
        'fact_without_owner': 'customer_id is null and contact_id is null',
    },
) }}

select * from checked_rows
