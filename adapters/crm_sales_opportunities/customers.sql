-- one row per account; the account's name is its only key
select
    account as customer_id,
    'business' as customer_type,
    account as customer_name,
    office_location as country_code
from source.accounts
