-- one row per lifecycle stage: who gets its letter; the shop's models read the published tables of the package as any others
select
    lifecycle_segment,
    {{ customer_segmentation.joined_texts('customer_id', '; ') }} as clients
from {{ ref('customer_segmentation', 'customer_segments') }}
group by lifecycle_segment
