{{ judged_rows('customer_merges') }}
