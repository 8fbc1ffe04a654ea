{{ judged_rows('support_tickets', references={'customer_id': 'customers'}) }}
