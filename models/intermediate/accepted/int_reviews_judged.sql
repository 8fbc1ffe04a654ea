{{ judged_rows('reviews', references={'customer_id': 'customers'}) }}
