{{ accepted_rows('erasure_requests') }}
