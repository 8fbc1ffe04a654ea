select
    customer_id,
    as_of_date,
    lifecycle_segment,
    lifecycle_rule_id,
    days_known,
    days_since_first_purchase,
    days_since_last_order,
    overdue_ratio,
    days_since_subscription_end,
    days_since_active_start
from {{ ref('customer_lifecycle_spine') }}
where is_current
