{{ accepted_rows('accounts', with_row_key=true) }}
