{{ accepted_rows('order_items') }}
