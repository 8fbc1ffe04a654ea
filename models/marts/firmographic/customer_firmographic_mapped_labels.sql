-- one row per customer and scheme that is decided by words, codes or the place in the group
with

customers as (
    select customer_id
    from {{ ref('int_customers_as_of') }}
    where is_current
),

any_parents as (
    select coalesce(max(case when stated_parent_customer_id is not null then 1 else 0 end), 0) = 1 as has_any_parents
    from {{ ref('int_companies') }}
),

decided as (
    select
        customer_id,
        case
            when overridden_industry_sector is not null then concat('industry_sector_', overridden_industry_sector, '_override')
            when stated_industry_sector is not null then concat('industry_sector_', stated_industry_sector)
            when naics_industry_sector is not null then concat('industry_sector_', naics_industry_sector, '_by_naics')
            when industry is not null then 'industry_sector_unmapped'
            else 'industry_sector_unknown'
        end as industry_sector,
        case
            when headquarters_sales_region is not null then concat('headquarters_region_', headquarters_sales_region)
            when headquarters_country_code is null and customer_sales_region is not null
                then concat('headquarters_region_', customer_sales_region, '_by_customer_country')
            else 'headquarters_region_unknown'
        end as headquarters_region,
        case
            when has_circular_parents then 'organization_hierarchy_circular'
            when hierarchy_depth > 0 and subsidiaries_count > 0 then 'organization_hierarchy_intermediate_parent'
            when hierarchy_depth > 0 then 'organization_hierarchy_subsidiary'
            when subsidiaries_count > 0 then 'organization_hierarchy_ultimate_parent'
            when has_outside_parent then 'organization_hierarchy_externally_owned'
            -- where no account ever names a parent, "no parent" says nothing
            when has_account and has_any_parents then 'organization_hierarchy_single'
            else 'organization_hierarchy_unknown'
        end as organization_hierarchy,
        case
            when overridden_organization_type is not null then concat('organization_type_', overridden_organization_type, '_override')
            when mapped_organization_type is not null then concat('organization_type_', mapped_organization_type)
            when organization_type is not null then 'organization_type_unmapped'
            else 'organization_type_unknown'
        end as organization_type
    from {{ ref('int_company_profiles') }}
    cross join any_parents
)
{% for scheme in ['industry_sector', 'headquarters_region', 'organization_hierarchy', 'organization_type'] %}
select
    customers.customer_id,
    rules.scheme,
    rules.segment,
    rules.rule_id
from customers
left join decided
    on customers.customer_id = decided.customer_id
inner join {{ ref('old_segment_rules') }} as rules
    on coalesce(decided.{{ scheme }}, '{{ scheme }}_not_applicable') = rules.rule_id
{{ 'union all' if not loop.last }}
{%- endfor %}
