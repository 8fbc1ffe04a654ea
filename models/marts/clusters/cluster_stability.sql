select
    spine.as_of_date,
    cast(clusters.cluster_id as {{ dbt.type_int() }}) as cluster_id,
    max(case when clusters.measure = 'jaccard_ratio' then clusters.value end) as jaccard_ratio,
    cast(max(case when clusters.measure = 'size_count' then clusters.value end) as {{ dbt.type_bigint() }}) as sample_size_count,
    max(case when clusters.measure = 'share_ratio' then clusters.value end) as sample_share_ratio,
    max(clusters.status) as status
from {{ ref('fit_clusters') }} as clusters
cross join {{ ref('int_as_of_dates') }} as spine
where clusters.part = 'stability'
    and spine.is_current
group by spine.as_of_date, clusters.cluster_id
