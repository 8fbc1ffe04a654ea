{{ scheme_assignments(ref('customer_lifecycle_segments'), 'lifecycle', numbers=[
    'days_known', 'days_since_first_purchase', 'days_since_last_order', 'overdue_ratio',
    'days_since_subscription_end', 'days_since_active_start',
]) }}
