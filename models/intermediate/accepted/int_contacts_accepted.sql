{{ accepted_rows('contacts') }}
