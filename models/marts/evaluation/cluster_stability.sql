-- one row per cluster of today: how well it comes back, since when it is there, and whether that makes it a persona
with

clusters as (
    select
        dates.as_of_date,
        dates.is_current,
        dates.is_earlier,
        fits.persona_group,
        cast(fits.cluster_id as {{ dbt.type_int() }}) as cluster_id,
        {%- for measure in ['jaccard_ratio', 'size_count', 'share_ratio', 'previous_distance', 'typical_distance', 'valley_ratio'] %}
        max(case when fits.measure = '{{ measure }}' then fits.value end) as {{ measure }},
        {%- endfor %}
        max(case when fits.measure = 'is_eligible' then fits.value else 0 end) = 1 as is_eligible,
        max(fits.status) as status
    from {{ ref('fit_clusters') }} as fits
    inner join (select distinct as_of_date, is_current, is_earlier from {{ ref('int_persona_groups') }}) as dates
        on cast(fits.as_of_date as date) = dates.as_of_date
    where fits.part = 'stability'
    group by dates.as_of_date, dates.is_current, dates.is_earlier, fits.persona_group, fits.cluster_id
),

-- a cluster that was handed on has a distance to where it was before; one without was new at that date
begun as (
    select
        clusters.*,
        max(case when previous_distance is null then as_of_date end) over (partition by cluster_id) as first_seen_date
    from clusters
),

judged as (
    select
        begun.*,
        sum(case when is_earlier and as_of_date >= first_seen_date then 1 else 0 end) over (partition by cluster_id) as matched_dates_count,
        case when earlier_date_months = earliest_date_months then 1 else 2 end as asked_dates_count,
        coalesce(jaccard_ratio >= persona_jaccard_ratio, false) as comes_back,
        coalesce(share_ratio >= persona_share_ratio, false) as is_large_enough,
        coalesce(size_count >= fewest_persona_customers_count, false) as is_a_group,
        concat('comes back with a similarity of ', cast(cast(jaccard_ratio as decimal(4, 2)) as {{ dbt.type_string() }})) as return_words,
        concat('holds ', cast(cast(100 * share_ratio as decimal(5, 1)) as {{ dbt.type_string() }}), ' % of the sample') as share_words
    from begun
    cross join ({{ settings('persona', ['persona_jaccard_ratio', 'persona_share_ratio', 'fewest_persona_customers_count', 'earlier_date_months', 'earliest_date_months']) }}) as settings
),

said as (
    select
        judged.*,
        is_eligible and comes_back and is_large_enough and is_a_group and matched_dates_count >= asked_dates_count as is_persona,
        concat('found at ', cast(cast(matched_dates_count as {{ dbt.type_int() }}) as {{ dbt.type_string() }}), ' of ', cast(asked_dates_count as {{ dbt.type_string() }}), ' earlier dates') as date_words
    from judged
    where is_current
)

select
    as_of_date,
    cluster_id,
    persona_group,
    jaccard_ratio,
    cast(size_count as {{ dbt.type_bigint() }}) as sample_size_count,
    share_ratio as sample_share_ratio,
    status,
    typical_distance,
    valley_ratio,
    previous_distance,
    first_seen_date,
    cast(matched_dates_count as {{ dbt.type_bigint() }}) as matched_dates_count,
    case when is_persona then 'persona' else 'provisional' end as promotion_status,
    case
        when is_persona then concat_ws(', ', return_words, share_words, date_words)
        else concat('Not yet: ', concat_ws(
            ', ',
            case when jaccard_ratio is null then 'there are too few customers to divide' when not is_eligible then 'nothing shows that there are groups' when not comes_back then concat(return_words, ' only') end,
            case when not is_large_enough then concat(share_words, ' only') end,
            case when not is_a_group then concat(coalesce(cast(cast(size_count as {{ dbt.type_int() }}) as {{ dbt.type_string() }}), 'no'), ' customers of the sample in it only') end,
            case when matched_dates_count < asked_dates_count then date_words end
        ))
    end as promotion_reason
from said
