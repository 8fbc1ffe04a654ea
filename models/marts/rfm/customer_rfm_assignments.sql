-- the group follows from recency and frequency; what changes with time alone is the recency score, so the days to its
-- next cut point are the distance
with

labelled as (
    select * from {{ ref('customer_rfm_spine') }}
    where is_current
)

{{ scheme_assignments('labelled', 'rfm', numbers=['recency_days'], lower='labelled.recency_cut_below', upper='labelled.recency_cut_above') }}
