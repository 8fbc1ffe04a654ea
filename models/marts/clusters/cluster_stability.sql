-- one row per cluster: how well it comes back, since when it is there, and whether that makes it a persona
with

settings as (
    {{ persona_settings(['persona_jaccard_ratio', 'persona_share_ratio', 'earlier_date_months', 'earliest_date_months']) }}
),

judged as (
    select
        clusters.*,
        settings.persona_jaccard_ratio,
        case when settings.earlier_date_months = settings.earliest_date_months then 1 else 2 end as asked_dates_count,
        coalesce(clusters.jaccard_ratio >= settings.persona_jaccard_ratio, false) as comes_back,
        coalesce(clusters.share_ratio >= settings.persona_share_ratio, false) as is_large_enough
    from {{ ref('int_cluster_persistence') }} as clusters
    cross join settings
),

said as (
    select
        judged.*,
        comes_back and is_large_enough and matched_dates_count >= asked_dates_count as is_persona,
        concat('comes back with a similarity of ', cast(cast(jaccard_ratio as decimal(4, 2)) as {{ dbt.type_string() }})) as return_words,
        concat('holds ', cast(cast(100 * share_ratio as decimal(5, 1)) as {{ dbt.type_string() }}), ' % of the sample') as share_words,
        concat(
            'found at ', cast(cast(matched_dates_count as {{ dbt.type_int() }}) as {{ dbt.type_string() }}),
            ' of ', cast(asked_dates_count as {{ dbt.type_string() }}), ' earlier dates'
        ) as date_words
    from judged
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
    previous_distance,
    first_seen_date,
    cast(matched_dates_count as {{ dbt.type_bigint() }}) as matched_dates_count,
    case when is_persona then 'persona' else 'provisional' end as promotion_status,
    case
        when is_persona then concat_ws(', ', return_words, share_words, date_words)
        else concat(
            'Not yet: ',
            concat_ws(
                ', ',
                case when jaccard_ratio is null then 'there are too few customers to divide' end,
                case when jaccard_ratio is not null and not comes_back then concat(return_words, ' only') end,
                case when not is_large_enough then concat(share_words, ' only') end,
                case when matched_dates_count < asked_dates_count then date_words end
            )
        )
    end as promotion_reason
from said
