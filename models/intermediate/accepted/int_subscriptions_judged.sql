{{ judged_rows(
    'subscriptions',
    references={'customer_id': 'customers'},
    currency='staged.currency_code',
    currency_date='staged.started_date',
) }}
