{{ accepted_rows('support_tickets', with_row_key=true) }}
