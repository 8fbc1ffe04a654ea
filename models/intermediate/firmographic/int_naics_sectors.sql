-- one row per recognised NAICS code: the industry sector of the longest beginning that the seed knows
with

codes as (
    select naics_code
    from {{ ref('int_naics_levels') }}
    where naics_code is not null
    group by naics_code
),

fitting as (
    select
        codes.naics_code,
        prefixes.sector,
        row_number() over (partition by codes.naics_code order by length(prefixes.naics_prefix) desc, prefixes.naics_prefix) as choice
    from codes
    inner join {{ ref('naics_industry_sectors') }} as prefixes
        on substring(codes.naics_code, 1, length(prefixes.naics_prefix)) = prefixes.naics_prefix
)

select
    naics_code,
    sector
from fitting
where choice = 1
