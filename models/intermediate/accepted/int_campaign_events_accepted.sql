{{ accepted_rows('campaign_events', with_row_key=true) }}
