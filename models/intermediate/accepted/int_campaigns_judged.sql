{{ judged_rows('campaigns') }}
