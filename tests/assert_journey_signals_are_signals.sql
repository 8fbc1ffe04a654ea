-- a signal of the journey that nothing gives would be silence
select concat('seeds/rules/journey_signals.csv names the signal ', journey.signal, ', which event_signals does not have') as problem
from {{ ref('journey_signals') }} as journey
left join {{ ref('event_signals') }} as signals
    on journey.signal = signals.signal
where signals.signal is null
    and journey.signal <> 'long_time_on_page'
