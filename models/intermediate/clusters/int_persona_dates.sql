-- one row per date at which customers are clustered: the current one; the earlier month-ends at which a cluster must have
-- been there to be called a persona; and the year-end before them, which holds the numbers of the clusters in place:
-- they are handed on from date to date, and the first date stays the same for a year
with

settings as (
    {{ persona_settings(['earlier_date_months', 'earliest_date_months']) }}
),

spine as (
    select
        as_of_date,
        is_current,
        row_number() over (order by as_of_date desc) - 1 as months_before
    from {{ ref('int_as_of_dates') }}
),

positions as (
    select
        spine.as_of_date,
        spine.is_current,
        spine.months_before in (settings.earlier_date_months, settings.earliest_date_months) as is_earlier,
        max(
            case when spine.months_before >= settings.earliest_date_months and extract(month from spine.as_of_date) = 12 then spine.as_of_date end
        ) over () as anchor_date
    from spine
    cross join settings
)

select
    as_of_date,
    is_current,
    is_earlier,
    coalesce(as_of_date = anchor_date, false) as is_anchor
from positions
where is_current
    or is_earlier
    or as_of_date = anchor_date
