with

campaigns as (
    select * from {{ ref('input_campaigns') }}
),

cleaned as {{ inlined_cte() }}(
    select
        {{ input_columns('campaigns', replaced=['channel', 'kind', 'experiment_arm']) }}
        {{ code_text('campaigns.channel') }} as channel,
        {{ code_text('campaigns.kind') }} as kind,
        {{ code_text('campaigns.experiment_arm') }} as experiment_arm,
        campaigns.problem_rule_id,
        campaigns.problem_detail,
        campaigns.unreadable_values_count
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
