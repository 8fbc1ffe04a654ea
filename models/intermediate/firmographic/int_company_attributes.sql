-- one row per company: industry, region, kind and age as far as they are known
select
    companies.customer_id,
    companies.industry,
    companies.overridden_industry_sector,
    industries.sector as stated_industry_sector,
    naics_sectors.sector as naics_industry_sector,
    naics.naics_code,
    naics.naics_2_code,
    naics.naics_2_title,
    naics.naics_3_code,
    naics.naics_3_title,
    naics.naics_4_code,
    naics.naics_4_title,
    naics.naics_6_code,
    naics.naics_6_title,
    coalesce(naics.is_naics_revised, false) as is_naics_revised,
    companies.headquarters_country_code,
    companies.country_code,
    headquarters.sales_region as headquarters_sales_region,
    homes.sales_region as customer_sales_region,
    companies.organization_type,
    companies.overridden_organization_type,
    types.organization_type as mapped_organization_type,
    companies.founded_year,
    cast(extract(year from companies.as_of_date) as {{ dbt.type_bigint() }}) - companies.founded_year as company_age_years
from {{ ref('int_companies') }} as companies
left join {{ ref('int_industry_sectors') }} as industries
    on companies.industry = industries.industry
left join {{ ref('int_naics_levels') }} as naics
    on companies.stated_naics_code = naics.stated_naics_code
left join {{ ref('int_naics_sectors') }} as naics_sectors
    on naics.naics_code = naics_sectors.naics_code
left join {{ ref('countries') }} as headquarters
    on companies.headquarters_country_code = headquarters.country_code
left join {{ ref('countries') }} as homes
    on companies.country_code = homes.country_code
left join {{ ref('organization_types') }} as types
    on companies.organization_type = types.spelling
