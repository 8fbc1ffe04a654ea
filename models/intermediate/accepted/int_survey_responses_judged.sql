{{ judged_rows('survey_responses', references={'customer_id': 'customers'}) }}
