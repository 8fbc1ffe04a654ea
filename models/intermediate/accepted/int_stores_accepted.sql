{{ accepted_rows('stores') }}
