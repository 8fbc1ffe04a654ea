{%- set schemes = ['churn_risk', 'rhythm_risk', 'renewal_window', 'cancellation_reason', 'loyalty'] -%}
with

labels as (
    {{ wide_labels(ref('churn_labels'), schemes) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    facts.population_status,
    cast(facts.probability_alive as {{ type_double() }}) as probability_alive,
    cast(facts.probability_no_order_next_90_days as {{ type_double() }}) as probability_no_order_next_90_days,
    cast(facts.expected_days_to_next_order_if_alive as {{ type_double() }}) as expected_days_to_next_order_if_alive,
    cast(facts.purchase_days_count as {{ dbt.type_bigint() }}) as purchase_days_count,
    cast(facts.days_since_last_order as {{ dbt.type_bigint() }}) as days_since_last_order,
    facts.usual_gap_days,
    facts.overdue_ratio,
    cast(facts.days_past_rhythm as {{ dbt.type_bigint() }}) as days_past_rhythm,
    cast({{ dbt.dateadd('day', 'cast(round(facts.usual_gap_days) as ' ~ dbt.type_int() ~ ')', 'facts.last_order_date') }} as date) as rhythm_due_date,
    -- orders come at random at the customer's own rate: the wait so far brings the next one no nearer
    cast({{ dbt.dateadd('day', 'cast(greatest(round(facts.usual_gap_days), 1) as ' ~ dbt.type_int() ~ ')', 'facts.as_of_date') }} as date) as expected_next_order_date,
    facts.has_contract,
    facts.has_renewed,
    facts.next_renewal_date,
    cast(facts.days_to_renewal as {{ dbt.type_bigint() }}) as days_to_renewal,
    cast(facts.renewals_next_90_days_count as {{ dbt.type_bigint() }}) as renewals_next_90_days_count,
    facts.probability_next_renewal,
    facts.probability_contract_end_next_90_days,
    cast(facts.days_since_last_contract_end as {{ dbt.type_bigint() }}) as days_since_last_contract_end,
    cast(facts.days_since_contract_end as {{ dbt.type_bigint() }}) as days_since_contract_end,
    cast(facts.days_since_first_purchase as {{ dbt.type_bigint() }}) as days_since_first_purchase,
    cast(facts.relationship_days as {{ dbt.type_bigint() }}) as relationship_days
from {{ ref('churn_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
where facts.is_current
