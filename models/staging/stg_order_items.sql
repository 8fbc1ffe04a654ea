{% set made = ['net_amount', 'quantity'] -%}
with

{{ read_rows('order_items', made) }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('order_items', made) }}
        -- without a net amount it is what the parts say; null then means too large to hold
        coalesce(
            order_items.net_amount,
            {{ try_cast(
                'cast(coalesce(order_items.quantity, 1) as decimal(38, 4)) * coalesce(order_items.unit_price, 0)'
                ~ ' - coalesce(order_items.discount_amount, 0)',
                'decimal(18,4)',
            ) }}
        ) as net_amount,
        coalesce(order_items.quantity, 1) as quantity,
        -- read as for orders: its size, but a charge is not told from a discount where it has to make the net amount
        coalesce(order_items.net_amount is null and order_items.discount_amount < 0, false) as is_discount_unclear,
        order_items.problem_rule_id,
        order_items.problem_detail,
        order_items.unreadable_values_count,
        order_items.row_position,
        order_items.is_repeated
    from order_items
),

{{ checked_rows(
    'order_items',
    rules={
        'quantity_not_positive': 'quantity <= 0',
        'negative_amount': 'net_amount < 0 or unit_price < 0 or is_discount_unclear',
        'huge_amount': 'net_amount is null or net_amount > 1000000000',
    },
) }}

select * from checked_rows
