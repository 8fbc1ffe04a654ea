-- one row per customer with an open buying signal: the points, and the signals in words
select
    signals.customer_id,
    sum(weights.weight) as purchase_intent_score,
    max(signals.last_signal_date) as last_signal_date,
    {{ joined_texts(
        "concat(weights.reason, case when signals.days_count > 1 then concat(' on ', cast(signals.days_count as " ~ dbt.type_string() ~ "), ' days') else '' end)",
        '; '
    ) }} as purchase_intent_reasons
from {{ ref('int_customer_intent_signals') }} as signals
inner join {{ ref('intent_weights') }} as weights
    on signals.signal = weights.signal
group by signals.customer_id
