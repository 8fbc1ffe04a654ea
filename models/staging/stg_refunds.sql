{% set made = ['customer_id', 'currency_code', 'reason'] -%}
with

{{ read_rows('refunds', made) }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('refunds', made) }}
        -- the money goes to whoever placed the order, so another name beside it is no reason to leave the refund out
        case when refunds.order_id is null then refunds.customer_id end as customer_id,
        -- whoever gets money back has bought something
        refunds.customer_id as named_customer_id,
        {{ currency_text('refunds.currency_code') }} as currency_code,
        lower(refunds.reason) as reason,
        {{ local_date('refunds.refunded_at') }} as refunded_date,
        refunds.problem_rule_id,
        refunds.problem_detail,
        refunds.unreadable_values_count,
        refunds.row_position,
        refunds.is_repeated
    from refunds
),

{{ checked_rows(
    'refunds',
    rules={
        'unknown_currency': is_no_currency('currency_code'),
        'impossible_date': is_impossible_date('refunded_at'),
        'refund_without_owner': 'order_id is null and customer_id is null',
        'huge_amount': 'order_id is null and abs(amount) > 1000000000',
    },
) }}

select * from checked_rows
