-- every buying signal of event_signals has points
select concat('seeds/rules/intent_weights.csv has no row for the signal ', signals.signal, ' of event_signals') as problem
from {{ ref('event_signals') }} as signals
left join {{ ref('intent_weights') }} as weights
    on signals.signal = weights.signal
where signals.kind = 'intent'
    and weights.signal is null
