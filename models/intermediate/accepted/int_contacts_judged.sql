{{ judged_rows('contacts', references={'customer_id': 'customers'}) }}
