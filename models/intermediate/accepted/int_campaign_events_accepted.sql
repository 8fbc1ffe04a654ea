{{ accepted_rows('campaign_events') }}
