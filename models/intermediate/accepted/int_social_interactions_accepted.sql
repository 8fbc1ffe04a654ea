{{ accepted_rows('social_interactions') }}
