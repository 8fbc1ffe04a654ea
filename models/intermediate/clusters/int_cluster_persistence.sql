-- one row per cluster of today: how well it comes back when the sample is drawn again, and since when it is there
with

clusters as (
    select
        as_of_date,
        is_current,
        is_earlier,
        persona_group,
        cluster_id,
        max(status) as status,
        {%- for measure in ['jaccard_ratio', 'size_count', 'share_ratio', 'previous_distance', 'typical_distance'] %}
        max(case when measure = '{{ measure }}' then value end) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_cluster_fits') }}
    where part = 'stability'
    group by as_of_date, is_current, is_earlier, persona_group, cluster_id
),

-- a cluster that was handed on has a distance to where it was before; one without was new at that date
beginnings as (
    select
        cluster_id,
        max(case when previous_distance is null then as_of_date end) as first_seen_date
    from clusters
    group by cluster_id
),

matches as (
    select
        clusters.cluster_id,
        sum(case when clusters.is_earlier then 1 else 0 end) as matched_dates_count
    from clusters
    inner join beginnings
        on clusters.cluster_id = beginnings.cluster_id
        and clusters.as_of_date >= beginnings.first_seen_date
    group by clusters.cluster_id
)

select
    clusters.as_of_date,
    clusters.persona_group,
    clusters.cluster_id,
    clusters.status,
    clusters.jaccard_ratio,
    clusters.size_count,
    clusters.share_ratio,
    clusters.previous_distance,
    clusters.typical_distance,
    beginnings.first_seen_date,
    matches.matched_dates_count
from clusters
inner join beginnings
    on clusters.cluster_id = beginnings.cluster_id
inner join matches
    on clusters.cluster_id = matches.cluster_id
where clusters.is_current
