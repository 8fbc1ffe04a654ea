{% set made = ['stage', 'currency_code', 'is_won', 'stage_entered_at', 'closed_at', 'use_case', 'urgency', 'needed_by_date'] -%}
with

{{ read_rows('opportunities', made) }},

deal_stages as (
    select
        stage,
        deal_state
    from {{ ref('deal_stages') }}
),

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('opportunities', made) }}
        {{ code_text('opportunities.stage') }} as stage,
        {{ currency_text('opportunities.currency_code') }} as currency_code,
        coalesce(opportunities.is_won, deal_stages.deal_state = 'won', false) as is_won,
        {{ possible_date('opportunities.stage_entered_at', not_before='opportunities.created_at') }} as stage_entered_at,
        -- a deal that closed before it was opened has no known closing day
        {{ possible_date('opportunities.closed_at', not_before='opportunities.created_at') }} as closed_at,
        {{ code_text('opportunities.use_case') }} as use_case,
        {{ code_text('opportunities.urgency') }} as urgency,
        {{ possible_date('opportunities.needed_by_date') }} as needed_by_date,
        {{ local_date('opportunities.created_at') }} as created_date,
        {{ local_date(possible_date('opportunities.stage_entered_at', not_before='opportunities.created_at')) }} as stage_entered_date,
        {{ local_date(possible_date('opportunities.closed_at', not_before='opportunities.created_at')) }} as closed_date,
        opportunities.problem_rule_id,
        opportunities.problem_detail,
        opportunities.unreadable_values_count,
        opportunities.row_position,
        opportunities.is_repeated
    from opportunities
    left join deal_stages
        on {{ code_text('opportunities.stage') }} = deal_stages.stage
),

{{ checked_rows(
    'opportunities',
    rules={
        'unknown_currency': is_no_currency('currency_code'),
        'impossible_date': is_impossible_date('created_at'),
        'negative_amount': 'amount < 0',
        'huge_amount': 'amount > 1000000000',
    },
    keep='not is_won, closed_at is null',
) }}

select * from checked_rows
