{{ scheme_assignments(ref('customer_clusters'), 'persona', numbers=['distance_to_centroid', 'orders_count']) }}
