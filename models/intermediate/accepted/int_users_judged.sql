{{ judged_rows('users', references={'customer_id': 'customers'}) }}
