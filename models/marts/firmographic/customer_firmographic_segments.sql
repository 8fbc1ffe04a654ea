-- one row per customer: ten labels beside the figures behind them
{%- set schemes = [
    'company_size', 'company_revenue', 'industry_sector', 'headquarters_region', 'organization_hierarchy',
    'ad_spend', 'ad_intensity', 'organization_type', 'company_age',
] %}
with

customers as (
    select
        customer_id,
        as_of_date
    from {{ ref('int_customers_as_of') }}
    where is_current
),

labels as (
    select
        customer_id
        {%- for scheme in schemes %},
        max(case when scheme = '{{ scheme }}' then segment end) as {{ scheme }}_segment,
        max(case when scheme = '{{ scheme }}' then rule_id end) as {{ scheme }}_rule_id
        {%- endfor %}
    from (
        select customer_id, scheme, segment, rule_id from {{ ref('customer_firmographic_band_labels') }}
        union all
        select customer_id, scheme, segment, rule_id from {{ ref('customer_firmographic_mapped_labels') }}
    ) as all_labels
    group by customer_id
)

select
    customers.customer_id,
    customers.as_of_date,
    companies.customer_id is not null as is_business,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    case
        when companies.customer_id is null then 'not_applicable'
        else coalesce(macro_segments.macro_segment, 'unknown')
    end as macro_segment,
    concat('macro_', case
        when companies.customer_id is null then 'not_applicable'
        else coalesce(macro_segments.macro_segment, 'unknown')
    end) as macro_rule_id,
    companies.parent_customer_id,
    companies.ultimate_parent_customer_id,
    {%- for column in ['hierarchy_depth', 'subsidiaries_count', 'group_companies_count', 'group_employee_known_count', 'employee_count', 'group_employee_count'] %}
    cast(companies.{{ column }} as {{ dbt.type_bigint() }}) as {{ column }},
    {%- endfor %}
    {%- for column in ['annual_revenue_amount', 'group_revenue_amount', 'annual_ad_spend_amount'] %}
    cast(companies.{{ column }} as decimal(18, 2)) as {{ column }},
    {%- endfor %}
    companies.ad_spend_ratio,
    companies.industry,
    companies.naics_code,
    {%- for digits in [2, 3, 4, 6] %}
    companies.naics_{{ digits }}_code,
    companies.naics_{{ digits }}_title,
    {%- endfor %}
    companies.headquarters_country_code,
    companies.country_code,
    companies.organization_type,
    cast(companies.founded_year as {{ dbt.type_bigint() }}) as founded_year,
    cast(companies.company_age_years as {{ dbt.type_bigint() }}) as company_age_years,
    {%- for flag in ['is_naics_revised', 'has_outside_parent', 'has_circular_parents', 'is_group_employee_count_overridden', 'is_group_revenue_overridden'] %}
    coalesce(companies.{{ flag }}, false) as {{ flag }}{{ ',' if not loop.last }}
    {%- endfor %}
from customers
inner join labels on customers.customer_id = labels.customer_id
left join {{ ref('int_company_profiles') }} as companies on customers.customer_id = companies.customer_id
left join {{ ref('sector_groups') }} as sector_groups on labels.industry_sector_segment = sector_groups.sector
left join {{ ref('company_size_groups') }} as size_groups on labels.company_size_segment = size_groups.company_size_segment
left join {{ ref('macro_segments') }} as macro_segments
    on sector_groups.sector_group = macro_segments.sector_group
    and size_groups.size_group = macro_segments.size_group
    and labels.headquarters_region_segment = macro_segments.sales_region
