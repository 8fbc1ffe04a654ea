-- one row per ticket
select
    ticket_id,
    account_id as customer_id,
    submitted_at as opened_at,
    closed_at,
    satisfaction_score
from source.ravenstack_support_tickets
