-- one row per customer: its situation at the current date in nine schemes, beside the measures that their rules name. Sources give
-- today's figures only, so there are no earlier dates
with

customers as (
    select
        customer_id,
        as_of_date,
        is_current
    from {{ ref('int_customers_as_of') }}
    where is_current
)

select
    customers.customer_id,
    customers.as_of_date,
    customers.is_current,
    companies.customer_id is not null as is_business,
    {%- for column in ['hierarchy_depth', 'subsidiaries_count', 'group_employee_count', 'company_age_years'] %}
    cast(companies.{{ column }} as {{ dbt.type_bigint() }}) as {{ column }},
    {%- endfor %}
    cast(companies.group_revenue_amount as decimal(18, 2)) as group_revenue_amount,
    cast(companies.annual_ad_spend as decimal(18, 2)) as annual_ad_spend_amount,
    companies.ad_spend_ratio,
    companies.industry,
    companies.naics_code,
    companies.headquarters_country_code,
    companies.country_code,
    companies.organization_type,
    {%- for scheme, measure, figures_of_groups in [
        ('company_size', 'group_employee_count', ['employee_count']), ('company_revenue', 'group_revenue_amount', ['revenue']),
        ('ad_spend', 'annual_ad_spend', []), ('ad_intensity', 'ad_spend_ratio', []), ('company_age', 'company_age_years', []),
    ] %}
    case
        when companies.customer_id is null then 'not_applicable'
        when companies.{{ measure }} is null then 'unknown'
        {%- for figure in figures_of_groups %}
        when companies.is_group_{{ figure }}_overridden then 'overridden'
        when companies.is_group_{{ figure }}_at_least and companies.is_parent_{{ figure }}_unknown then 'at_least_without_parent'
        when companies.is_group_{{ figure }}_at_least then 'at_least'
        {%- endfor %}
        else 'stated'
    end as {{ scheme }}_situation,
    {%- endfor %}
    case
        when companies.customer_id is null then 'not_applicable'
        when overridden_industry_sector is not null then concat(overridden_industry_sector, '_override')
        when stated_industry_sector is not null then stated_industry_sector
        when naics_industry_sector is not null then concat(naics_industry_sector, '_by_naics')
        when industry is not null then 'unmapped'
        else 'unknown'
    end as industry_sector_situation,
    case
        when companies.customer_id is null then 'not_applicable'
        when headquarters_sales_region is not null then headquarters_sales_region
        when headquarters_country_code is null and customer_sales_region is not null then concat(customer_sales_region, '_by_customer_country')
        else 'unknown'
    end as headquarters_region_situation,
    case
        when companies.customer_id is null then 'not_applicable'
        when has_circular_parents then 'circular'
        when has_outside_parent then 'outside_parent'
        -- where no account ever names a parent, "no parent" says nothing
        when has_account and has_any_parents then 'listed'
        else 'unlisted'
    end as organization_hierarchy_situation,
    case
        when companies.customer_id is null then 'not_applicable'
        when overridden_organization_type is not null then concat(overridden_organization_type, '_override')
        when mapped_organization_type is not null then mapped_organization_type
        when organization_type is not null then 'unmapped'
        else 'unknown'
    end as organization_type_situation
from customers
left join {{ ref('int_company_profiles') }} as companies
    on customers.customer_id = companies.customer_id
