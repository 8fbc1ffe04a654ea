{{ judged_rows(
    'refunds',
    references={'order_id': 'orders', 'customer_id': 'customers'},
    rules={'refund_above_order': 'staged.amount > coalesce(orders.net_amount, 0) + coalesce(orders.tax_amount, 0) + coalesce(orders.shipping_amount, 0) + 0.01 and orders.order_id is not null'},
    currency='orders.currency_code',
    currency_date='staged.refunded_date',
) }}
