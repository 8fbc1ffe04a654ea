-- every buying signal of event_signals has points
select signals.signal
from {{ ref('event_signals') }} as signals
left join {{ ref('intent_weights') }} as weights
    on signals.signal = weights.signal
where signals.kind = 'intent'
    and weights.signal is null
