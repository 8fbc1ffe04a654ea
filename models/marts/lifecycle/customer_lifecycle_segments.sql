with

labels as (
    {{ wide_labels(ref('lifecycle_labels'), ['lifecycle']) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    labels.lifecycle_segment,
    labels.lifecycle_rule_id,
    facts.days_known,
    facts.days_since_first_purchase,
    facts.days_since_last_order,
    facts.overdue_ratio,
    facts.lapse_ratio,
    evidence.evidence as lifecycle_evidence,
    facts.days_since_last_contract_end,
    facts.days_since_active_start
from {{ ref('lifecycle_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
left join {{ ref('label_evidence') }} as evidence
    on evidence.scheme = 'lifecycle'
    and evidence.segment = labels.lifecycle_segment
where facts.is_current
