-- one row per account; seats are licences, not people who work there
select
    account_id as customer_id,
    industry
from source.ravenstack_accounts
