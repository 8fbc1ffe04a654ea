{{ accepted_rows('order_items', with_row_key=true) }}
