{{ judged_rows('stores') }}
