{% set made = ['closed_at', 'channel', 'topic', 'satisfaction_score'] -%}
with

{{ read_rows('support_tickets', made) }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('support_tickets', made) }}
        -- a ticket that was solved before it was opened has no known end
        {{ possible_date('support_tickets.closed_at', not_before='support_tickets.opened_at') }} as closed_at,
        {{ code_text('support_tickets.channel') }} as channel,
        {{ code_text('support_tickets.topic') }} as topic,
        case when support_tickets.satisfaction_score between 1 and 5 then support_tickets.satisfaction_score end as satisfaction_score,
        {{ local_date('support_tickets.opened_at') }} as opened_date,
        {{ local_date(possible_date('support_tickets.closed_at', not_before='support_tickets.opened_at')) }} as closed_date,
        support_tickets.problem_rule_id,
        support_tickets.problem_detail,
        support_tickets.unreadable_values_count,
        support_tickets.row_position,
        support_tickets.is_repeated
    from support_tickets
),

{{ checked_rows(
    'support_tickets',
    rules={
        'impossible_date': is_impossible_date('opened_at'),
        'fact_without_owner': 'customer_id is null and user_id is null',
    },
    keep='closed_at is null',
) }}

select * from checked_rows
