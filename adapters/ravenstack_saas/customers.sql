-- one row per account
select
    account_id as customer_id,
    'business' as customer_type,
    account_name as customer_name,
    country as country_code,
    signup_date as created_at,
    referral_source as acquisition_source
from source.ravenstack_accounts
