{%- set schemes = [
    'company_size', 'company_revenue', 'industry_sector', 'headquarters_region', 'organization_hierarchy',
    'ad_spend', 'ad_intensity', 'organization_type', 'company_age', 'macro',
] -%}
with

labels as (
    {{ wide_labels(ref('firmographic_labels'), schemes) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    facts.is_business,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    companies.parent_customer_id,
    companies.ultimate_parent_customer_id,
    facts.hierarchy_depth,
    facts.subsidiaries_count,
    cast(companies.group_companies_count as {{ dbt.type_bigint() }}) as group_companies_count,
    cast(companies.group_employee_known_count as {{ dbt.type_bigint() }}) as group_employee_known_count,
    cast(companies.employee_count as {{ dbt.type_bigint() }}) as employee_count,
    facts.group_employee_count,
    cast(companies.annual_revenue as decimal(18, 2)) as annual_revenue_amount,
    facts.group_revenue_amount,
    facts.annual_ad_spend_amount,
    facts.ad_spend_ratio,
    facts.industry,
    facts.naics_code,
    {%- for digits in [2, 3, 4, 6] %}
    companies.naics_{{ digits }}_code,
    companies.naics_{{ digits }}_title,
    {%- endfor %}
    facts.headquarters_country_code,
    facts.country_code,
    facts.organization_type,
    cast(companies.founded_year as {{ dbt.type_bigint() }}) as founded_year,
    facts.company_age_years,
    {%- for flag in ['is_naics_revised', 'has_outside_parent', 'has_circular_parents', 'is_group_employee_count_overridden', 'is_group_revenue_overridden', 'is_group_employee_count_at_least', 'is_group_revenue_at_least'] %}
    coalesce(companies.{{ flag }}, false) as {{ flag }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('firmographic_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
left join {{ ref('int_company_profiles') }} as companies
    on facts.customer_id = companies.customer_id
