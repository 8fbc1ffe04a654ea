{{ judged_rows(
    'opportunities',
    references={'customer_id': 'customers'},
    currency='staged.currency_code',
    currency_date='staged.created_date',
) }}
