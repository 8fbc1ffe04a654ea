{{ judged_rows('campaign_events', references={'customer_id': 'customers', 'campaign_id': 'campaigns'}) }}
