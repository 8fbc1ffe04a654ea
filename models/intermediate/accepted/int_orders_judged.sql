{{ judged_rows(
    'orders',
    references={'customer_id': 'customers'},
    currency='staged.currency_code',
    currency_date='staged.ordered_date',
) }}
