-- one row per customer and technology that was seen up to the current as-of date: its category, whether it is in use, and who says so
select
    customer_id,
    as_of_date,
    technology,
    category,
    is_in_use,
    is_connected,
    case
        when is_observed and is_enriched then 'both'
        when is_observed then 'observed'
        when is_enriched then 'enriched'
        when is_in_use then 'unknown'
        else 'none'
    end as evidence,
    sources,
    first_seen_date,
    last_seen_date
from {{ ref('int_customer_technologies') }}
