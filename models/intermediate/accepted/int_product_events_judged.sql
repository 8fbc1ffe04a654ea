{{ judged_rows('product_events', references={'customer_id': 'customers'}) }}
