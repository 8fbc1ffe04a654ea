{{ accepted_rows('product_events', with_row_key=true) }}
