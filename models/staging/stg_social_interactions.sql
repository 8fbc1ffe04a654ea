with

social_interactions as (
    select * from {{ ref('input_social_interactions') }}
),

cleaned as {{ inlined_cte() }}(
    select
        {{ input_columns('social_interactions', replaced=['network', 'interaction_type']) }}
        {{ code_text('social_interactions.network') }} as network,
        {{ code_text('social_interactions.interaction_type') }} as interaction_type,
        {{ local_date('social_interactions.occurred_at') }} as occurred_date,
        social_interactions.problem_rule_id,
        social_interactions.problem_detail,
        social_interactions.unreadable_values_count
    from social_interactions
),

{{ checked_rows(
    'social_interactions',
    derived=['occurred_date'],
    rules={
        'impossible_date': is_impossible_date('occurred_at'),
    },
) }}

select * from checked_rows
