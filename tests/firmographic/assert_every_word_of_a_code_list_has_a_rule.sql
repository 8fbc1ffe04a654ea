-- a word that a code list or an override can give and no rule knows would leave its companies without a label
with

words as (
    select 'industry_sector' as scheme, sector as situation from {{ ref('industries') }}
    union
    select 'industry_sector' as scheme, concat(sector, '_by_naics') as situation from {{ ref('naics_industry_sectors') }}
    union
    select 'organization_type' as scheme, organization_type as situation from {{ ref('organization_types') }}
    union
    select attribute as scheme, concat(value, '_override') as situation from {{ ref('firmographic_overrides') }}
    where attribute in ('industry_sector', 'organization_type')
    union
    select 'headquarters_region' as scheme, sales_region as situation from {{ ref('countries') }} where sales_region is not null
    union
    select 'headquarters_region' as scheme, concat(sales_region, '_by_customer_country') as situation from {{ ref('countries') }} where sales_region is not null
    union
    select 'macro' as scheme, concat(sector_group, '_', size_group, '_', sales_region) as situation
    from {{ ref('sector_groups') }}
    cross join {{ ref('company_size_groups') }}
    cross join (select sales_region from {{ ref('countries') }} where sales_region is not null group by sales_region) as regions
)

select concat('seeds/rules/segment_rules.csv: no rule of the scheme ', words.scheme, ' is for the situation ', words.situation) as problem
from words
left join {{ ref('int_segment_rule_boxes') }} as boxes
    on words.scheme = boxes.scheme
    and words.situation = boxes.situation
where boxes.scheme is null
union all
-- a sector without a group has no macro segment
select concat('sector_groups has no row for the sector ', catalogue.segment) as problem
from {{ ref('segment_catalogue') }} as catalogue
left join {{ ref('sector_groups') }} as sector_groups
    on catalogue.segment = sector_groups.sector
where catalogue.scheme = 'industry_sector'
    and catalogue.segment not in ('unknown', 'not_applicable')
    and sector_groups.sector is null
