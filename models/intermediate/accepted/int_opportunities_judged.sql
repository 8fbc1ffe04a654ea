{{ judged_rows(
    'opportunities',
    references={'customer_id': 'customers'},
    currency='staged.currency_code',
    currency_date='coalesce(staged.created_date, staged.closed_date)',
) }}
