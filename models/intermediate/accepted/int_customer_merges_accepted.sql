{{ accepted_rows('customer_merges') }}
