{{ judged_rows('accounts', references={'customer_id': 'customers'}) }}
