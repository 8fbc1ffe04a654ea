-- which signal an event name on a page stands for, decided once for each distinct pair
with

pairs as (
    select
        event_name,
        coalesce(page_path, '') as page_path
    from {{ ref('int_product_events_owned') }}
    group by event_name, coalesce(page_path, '')
)

select
    pairs.event_name,
    pairs.page_path,
    signals.signal
from pairs
inner join {{ ref('event_signals') }} as signals
    on lower(pairs.event_name) like signals.event_name_pattern
    and lower(pairs.page_path) like signals.page_path_pattern
group by pairs.event_name, pairs.page_path, signals.signal
