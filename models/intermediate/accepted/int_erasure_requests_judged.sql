{{ judged_rows('erasure_requests') }}
