{{ judged_rows('technologies', references={'customer_id': 'customers'}) }}
