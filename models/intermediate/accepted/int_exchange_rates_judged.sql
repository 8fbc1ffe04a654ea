{{ judged_rows('exchange_rates') }}
