{% set made = ['channel', 'kind', 'experiment_arm'] -%}
with

{{ read_rows('campaigns', made) }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('campaigns', made) }}
        {{ code_text('campaigns.channel') }} as channel,
        {{ code_text('campaigns.kind') }} as kind,
        {{ code_text('campaigns.experiment_arm') }} as experiment_arm,
        campaigns.problem_rule_id,
        campaigns.problem_detail,
        campaigns.unreadable_values_count,
        campaigns.row_position,
        campaigns.is_repeated
    from campaigns
),

{{ checked_rows(
    'campaigns',
    rules={
        'negative_amount': 'cost_amount < 0',
        'huge_amount': 'cost_amount > 1000000000',
    },
) }}

select * from checked_rows
