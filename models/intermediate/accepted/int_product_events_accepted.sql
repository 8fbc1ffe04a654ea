{{ accepted_rows('product_events') }}
