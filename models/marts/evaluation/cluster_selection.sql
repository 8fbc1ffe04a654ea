-- one row per date, group and number of clusters tried: the indices, whether it was chosen and why
with

settings as (
    {{ settings('persona', ['eligible_share_ratio', 'eligible_jaccard_ratio', 'largest_valley_ratio']) }}
),

tried as (
    select
        cast(as_of_date as date) as as_of_date,
        persona_group,
        cast(cluster_id as {{ dbt.type_int() }}) as clusters_count,
        {%- for measure in ['silhouette_score', 'gap_score', 'gap_standard_error', 'calinski_harabasz_score', 'mean_jaccard_ratio',
            'minimum_jaccard_ratio', 'smallest_cluster_ratio', 'largest_valley_ratio', 'apart_share_ratio'] %}
        max(case when measure = '{{ measure }}' then value end) as {{ measure }},
        {%- endfor %}
        max(case when measure = 'is_eligible' then value else 0 end) = 1 as is_eligible,
        max(case when measure = 'is_chosen' then value else 0 end) = 1 as is_chosen
    from {{ ref('fit_clusters') }}
    where part = 'quality'
    group by as_of_date, persona_group, cluster_id
),

compared as (
    select
        tried.*,
        max(case when is_chosen then clusters_count end) over (partition by as_of_date, persona_group) as chosen_count,
        -- an earlier date that was divided as the newest one is, because that is nearly as good there, has that number only
        count(*) over (partition by as_of_date, persona_group) = 1 and as_of_date < max(as_of_date) over () as is_as_the_newest
    from tried
)

select
    compared.as_of_date,
    compared.persona_group,
    compared.clusters_count,
    compared.silhouette_score,
    compared.gap_score,
    compared.gap_standard_error,
    compared.calinski_harabasz_score,
    compared.mean_jaccard_ratio,
    compared.minimum_jaccard_ratio,
    compared.smallest_cluster_ratio,
    compared.largest_valley_ratio,
    compared.apart_share_ratio,
    compared.is_eligible,
    compared.is_chosen,
    case
        when compared.clusters_count = 1 then 'There are too few customers to divide'
        when compared.is_chosen and not compared.is_eligible then 'No number is eligible: its weakest cluster comes back best'
        when compared.smallest_cluster_ratio < settings.eligible_share_ratio then 'Its smallest cluster is too small'
        when compared.minimum_jaccard_ratio < settings.eligible_jaccard_ratio
            then 'Its weakest cluster does not come back when the sample is drawn again'
        when not compared.is_eligible then 'At no number do clusters that stand apart hold enough customers: nothing shows that there are groups'
        when compared.is_as_the_newest then 'As many as at the newest date, and nearly as good here'
        when compared.is_chosen and compared.largest_valley_ratio <= settings.largest_valley_ratio
            then 'The largest eligible number that is good enough: no cluster runs into another one'
        when compared.is_chosen then 'The largest eligible number that is good enough: its silhouette is close to the best'
        when compared.clusters_count < compared.chosen_count then 'A larger number is good enough'
        else 'One of its clusters runs into another one, and its silhouette is too far from the best'
    end as reason
from compared
cross join settings
