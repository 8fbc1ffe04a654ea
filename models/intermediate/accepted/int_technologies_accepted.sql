{{ accepted_rows('technologies') }}
