{%- set in_group = 'over (partition by hierarchy.ultimate_parent_customer_id)' -%}
-- one row per company: its place in the group, the figures of the group, its sector, region, kind and age as far as they are known
with

industries as (
    {{ industry_sectors(ref('int_companies')) | indent(4) }}
),

-- a company without a figure adds nothing; a group without any has none
in_groups as (
    select
        hierarchy.*,
        {%- for figure in ['employee_count', 'annual_revenue'] %}
        sum(companies.{{ figure }}) {{ in_group }} as sum_of_{{ figure }},
        max(case when hierarchy.hierarchy_depth = 0 then companies.{{ figure }} end) {{ in_group }} as parent_{{ figure }},
        max(case when hierarchy.hierarchy_depth = 0 and companies.is_{{ figure }}_overridden then 1 else 0 end) {{ in_group }} = 1 as is_group_{{ figure }}_overridden,
        count(companies.{{ figure }}) {{ in_group }} < count(*) {{ in_group }} as has_group_unknown_{{ figure }},
        {%- endfor %}
        count(*) {{ in_group }} as group_companies_count,
        count(companies.employee_count) {{ in_group }} as group_employee_known_count
    from {{ ref('int_company_hierarchy') }} as hierarchy
    inner join {{ ref('int_companies') }} as companies
        on hierarchy.customer_id = companies.customer_id
)

select
    companies.*,
    max(case when companies.stated_parent_customer_id is not null then 1 else 0 end) over () = 1 as has_any_parents,
    {%- for column in ['parent_customer_id', 'ultimate_parent_customer_id', 'hierarchy_depth', 'subsidiaries_count', 'has_outside_parent',
        'has_circular_parents', 'group_companies_count', 'group_employee_known_count', 'is_group_employee_count_overridden'] %}
    in_groups.{{ column }},
    {%- endfor %}
    in_groups.is_group_annual_revenue_overridden as is_group_revenue_overridden,
    -- a sum with an unknown part is at least so much; where the parent is that part it may be far more
    {%- for figure, name in [('employee_count', 'employee_count'), ('annual_revenue', 'revenue')] %}
    in_groups.has_group_unknown_{{ figure }} and not in_groups.is_group_{{ figure }}_overridden and in_groups.sum_of_{{ figure }} is not null as is_group_{{ name }}_at_least,
    in_groups.parent_{{ figure }} is null as is_parent_{{ name }}_unknown,
    {%- endfor %}
    -- an override at the ultimate parent states the group's figure; otherwise the larger of two sources counts: the sum of the group, and
    -- the parent's own figure (never the larger one while figures are of one company alone)
    {%- for figure, amount in [('employee_count', 'group_employee_count'), ('annual_revenue', 'group_revenue_amount')] %}
    case
        when in_groups.is_group_{{ figure }}_overridden then in_groups.parent_{{ figure }}
        else greatest(in_groups.sum_of_{{ figure }}, coalesce(in_groups.parent_{{ figure }}, in_groups.sum_of_{{ figure }}))
    end as {{ amount }},
    {%- endfor %}
    cast(companies.annual_ad_spend as {{ type_double() }}) / nullif(cast(companies.annual_revenue as {{ type_double() }}), 0) as ad_spend_ratio,
    industries.sector as stated_industry_sector,
    naics.naics_industry_sector,
    {%- for column in ['naics_code', 'naics_2_code', 'naics_2_title', 'naics_3_code', 'naics_3_title', 'naics_4_code', 'naics_4_title', 'naics_6_code', 'naics_6_title'] %}
    naics.{{ column }},
    {%- endfor %}
    coalesce(naics.is_naics_revised, false) as is_naics_revised,
    headquarters.sales_region as headquarters_sales_region,
    homes.sales_region as customer_sales_region,
    types.organization_type as mapped_organization_type,
    cast(extract(year from companies.as_of_date) as {{ dbt.type_bigint() }}) - companies.founded_year as company_age_years
from {{ ref('int_companies') }} as companies
inner join in_groups
    on companies.customer_id = in_groups.customer_id
left join industries
    on companies.industry = industries.industry
left join {{ ref('int_naics_levels') }} as naics
    on companies.stated_naics_code = naics.stated_naics_code
left join {{ ref('countries') }} as headquarters
    on companies.headquarters_country_code = headquarters.country_code
left join {{ ref('countries') }} as homes
    on companies.country_code = homes.country_code
left join {{ ref('organization_types') }} as types
    on companies.organization_type = types.spelling
