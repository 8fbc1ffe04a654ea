-- a customer changes cluster where another centre becomes nearer, so the distance to that one is the threshold
with

labelled as (
    select * from {{ ref('customer_clusters') }}
)

{{ scheme_assignments('labelled', 'persona', numbers=['distance_to_centroid', 'orders_count'],
    upper='coalesce(rules.upper_bound, labelled.distance_to_next_centroid)') }}
