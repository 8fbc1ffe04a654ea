{% set made = ['network', 'interaction_type'] -%}
with

{{ read_rows('social_interactions', made) }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('social_interactions', made) }}
        {{ code_text('social_interactions.network') }} as network,
        {{ code_text('social_interactions.interaction_type') }} as interaction_type,
        {{ local_date('social_interactions.occurred_at') }} as occurred_date,
        social_interactions.problem_rule_id,
        social_interactions.problem_detail,
        social_interactions.unreadable_values_count,
        social_interactions.row_position,
        social_interactions.is_repeated
    from social_interactions
),

{{ checked_rows(
    'social_interactions',
    rules={
        'impossible_date': is_impossible_date('occurred_at'),
    },
) }}

select * from checked_rows
