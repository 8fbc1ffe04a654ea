{{ judged_rows('order_items', references={'order_id': 'orders'}) }}
