-- one row per way companies write their industry: the sector whose pattern fits first, null where none fits
with

stated as (
    select industry
    from {{ ref('int_companies') }}
    where industry is not null
    group by industry
),

fitting as (
    select
        stated.industry,
        patterns.sector,
        row_number() over (partition by stated.industry order by patterns.priority) as choice
    from stated
    inner join {{ ref('industries') }} as patterns
        on lower(stated.industry) like patterns.pattern
)

select
    industry,
    sector
from fitting
where choice = 1
