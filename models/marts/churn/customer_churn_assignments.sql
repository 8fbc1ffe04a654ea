{{ scheme_assignments(
    ref('customer_churn_segments'),
    'churn_risk',
    numbers=['probability_no_order_next_90_days', 'probability_contract_end_next_90_days', 'days_to_renewal', 'days_since_contract_end'],
    texts=['population_status'],
) }}
union all
{{ scheme_assignments(ref('customer_churn_segments'), 'rhythm_risk', numbers=['overdue_ratio', 'purchase_days_count']) }}
union all
{{ scheme_assignments(ref('customer_churn_segments'), 'renewal_window', numbers=['days_to_renewal', 'days_since_last_contract_end']) }}
union all
{{ scheme_assignments(ref('customer_churn_segments'), 'cancellation_reason', numbers=['days_since_last_contract_end']) }}
union all
{{ scheme_assignments(ref('customer_churn_segments'), 'loyalty', numbers=['relationship_days', 'purchase_days_count', 'days_since_first_purchase']) }}
