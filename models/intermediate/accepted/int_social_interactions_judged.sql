{{ judged_rows('social_interactions', references={'customer_id': 'customers'}) }}
