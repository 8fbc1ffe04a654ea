{% set made = ['currency_code', 'channel', 'discount_amount', 'net_amount'] -%}
{%- set stated_amount = 'coalesce(orders.net_amount, cast(orders.gross_amount as decimal(38, 4)) - coalesce(orders.discount_amount, 0))' -%}
with

{{ read_rows('orders', made) }},

order_statuses as (
    select
        status,
        order_state,
        counts_as_sale
    from {{ ref('order_statuses') }}
),

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('orders', made) }}
        {{ currency_text('orders.currency_code') }} as currency_code,
        lower(orders.channel) as channel,
        -- without a net amount it is what the parts say, null then means too large to hold;
        -- an order with no amount at all is worth nothing
        coalesce(
            orders.net_amount,
            {{ try_cast(
                'cast(orders.gross_amount as decimal(38, 4)) - coalesce(orders.discount_amount, 0)',
                'decimal(18,4)',
            ) }},
            case when orders.gross_amount is null then 0 end
        )
        -- gift cards and store credit are revenue when they are redeemed, not when they are sold
        - coalesce(orders.gift_card_amount, 0) as net_amount,
        -- some sources write a discount with its sign; where it has to make the net amount it may as well be a charge
        abs(orders.discount_amount) as discount_amount,
        coalesce(orders.net_amount is null and orders.gross_amount >= 0 and orders.discount_amount < 0, false) as is_discount_unclear,
        {{ local_date('orders.ordered_at') }} as ordered_date,
        {{ local_date(possible_date('orders.requested_delivery_at')) }} as requested_delivery_date,
        -- an order below zero is a refund
        case
            when not coalesce(order_statuses.counts_as_sale, orders.status is null) then order_statuses.order_state
            when {{ stated_amount }} < 0 then 'credit_note'
            else coalesce(order_statuses.order_state, 'completed')
        end as order_state,
        coalesce(order_statuses.counts_as_sale, orders.status is null) and coalesce({{ stated_amount }} >= 0, true) as counts_as_sale,
        orders.problem_rule_id,
        coalesce(orders.problem_detail, case when orders.status is not null and order_statuses.status is null then orders.status end) as problem_detail,
        orders.unreadable_values_count,
        orders.row_position,
        orders.is_repeated
    from orders
    left join order_statuses
        on {{ code_text('orders.status') }} = order_statuses.status
),

{{ checked_rows(
    'orders',
    rules={
        'unknown_order_status': 'order_state is null',
        'unknown_currency': is_no_currency('currency_code'),
        'impossible_date': is_impossible_date('ordered_at'),
        'negative_amount': 'net_amount < 0 and gross_amount >= 0 or net_amount >= 0 and gross_amount < 0
            or gift_card_amount < 0 or gift_card_amount > 0 and net_amount < 0 or is_discount_unclear and net_amount is not null',
        'huge_amount': 'net_amount is null or abs(net_amount) > 1000000000',
    },
    keep="order_state = 'open', order_state not in ('refunded', 'partially_refunded')",
) }}

select * from checked_rows
