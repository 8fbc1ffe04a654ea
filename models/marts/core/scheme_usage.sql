-- one row per scheme: whether it says anything in this run, and if not, why; what each label says stands in segment_catalogue
with

settings as (
    {{ settings('catalogue', ['least_coverage_ratio']) }}
),

labels as (
    select
        scheme,
        segment,
        count(*) as customers_count
    from {{ ref('segment_labels') }}
    where is_current
    group by scheme, segment
),

counted as (
    select
        schemes.scheme,
        schemes.family,
        schemes.label as scheme_label,
        schemes.question,
        count(labels.segment) as labels_count,
        count(case when catalogue.answer_kind = 'answer' then labels.segment end) as answers_count,
        coalesce(sum(labels.customers_count), 0) as customers_count,
        coalesce(sum(case when catalogue.answer_kind <> 'not_concerned' then labels.customers_count end), 0) as concerned_count,
        coalesce(sum(case when catalogue.answer_kind = 'answer' then labels.customers_count end), 0) as labelled_count,
        coalesce(sum(case when catalogue.answer_kind = 'too_little' then labels.customers_count end), 0) as too_little_count,
        coalesce(sum(case when catalogue.answer_kind = 'no_forecast' then labels.customers_count end), 0) as no_forecast_count
    from {{ ref('scheme_catalogue') }} as schemes
    left join {{ ref('segment_catalogue') }} as catalogue
        on schemes.scheme = catalogue.scheme
    left join labels
        on catalogue.scheme = labels.scheme
        and catalogue.segment = labels.segment
    group by schemes.scheme, schemes.family, schemes.label, schemes.question
),

judged as (
    select
        counted.*,
        cast(labelled_count as {{ type_double() }}) / nullif(concerned_count, 0) as coverage_ratio
    from counted
),

explained as (
    select
        judged.*,
        case
            when concerned_count = 0 then 'concerns_nobody'
            when labelled_count = 0 and no_forecast_count > 0 then 'no_forecast'
            when labelled_count = 0 and too_little_count > 0 then 'too_little_data'
            when labelled_count = 0 then 'no_inputs'
            when answers_count = 1 then 'one_label'
            when coverage_ratio < settings.least_coverage_ratio then 'low_coverage'
            else 'in_use'
        end as usage
    from judged
    cross join settings
)

select
    explained.scheme,
    explained.family,
    explained.scheme_label,
    explained.question,
    spine.as_of_date,
    explained.usage = 'in_use' as is_in_use,
    explained.usage,
    cast(explained.labels_count as {{ dbt.type_bigint() }}) as labels_count,
    cast(explained.answers_count as {{ dbt.type_bigint() }}) as answers_count,
    cast(explained.customers_count as {{ dbt.type_bigint() }}) as customers_count,
    cast(explained.concerned_count as {{ dbt.type_bigint() }}) as concerned_count,
    cast(explained.labelled_count as {{ dbt.type_bigint() }}) as labelled_count,
    explained.coverage_ratio
from explained
cross join {{ ref('int_as_of_dates') }} as spine
where spine.is_current
