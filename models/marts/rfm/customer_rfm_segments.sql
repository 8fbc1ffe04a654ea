with

settings as (
    {{ rfm_settings() }}
),

labels as (
    {{ wide_labels(ref('rfm_labels'), ['rfm']) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    cast(facts.recency_days as {{ dbt.type_bigint() }}) as recency_days,
    cast(facts.frequency_count as {{ dbt.type_bigint() }}) as frequency_count,
    cast(facts.monetary_amount as decimal(18, 2)) as monetary_amount,
    cast(facts.recency_score as {{ dbt.type_int() }}) as recency_score,
    cast(facts.frequency_score as {{ dbt.type_int() }}) as frequency_score,
    cast(facts.monetary_score as {{ dbt.type_int() }}) as monetary_score,
    cast(facts.weighted_score as {{ type_double() }}) as rfm_weighted_score,
    cast(facts.rfm_rank as {{ dbt.type_int() }}) as rfm_rank,
    facts.rfm_group,
    labels.rfm_segment,
    labels.rfm_rule_id,
    evidence.evidence as rfm_evidence,
    settings.window_days as rfm_window_days,
    settings.frequency_definition as rfm_frequency_definition,
    settings.cut_points_source as rfm_cut_points_source
from {{ ref('rfm_facts') }} as facts
cross join settings
inner join labels
    on facts.customer_id = labels.customer_id
left join {{ ref('label_evidence') }} as evidence
    on evidence.scheme = 'rfm'
    and evidence.segment = labels.rfm_segment
where facts.is_current
