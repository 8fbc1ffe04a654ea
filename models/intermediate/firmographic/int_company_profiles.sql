-- one row per company: attributes, figures and place in the group side by side
select
    attributes.*,
    hierarchy.parent_customer_id,
    hierarchy.ultimate_parent_customer_id,
    hierarchy.hierarchy_depth,
    hierarchy.subsidiaries_count,
    hierarchy.has_outside_parent,
    hierarchy.has_circular_parents,
    figures.employee_count,
    figures.annual_revenue_amount,
    figures.annual_ad_spend_amount,
    figures.ad_spend_ratio,
    figures.group_companies_count,
    figures.group_employee_known_count,
    figures.group_employee_count,
    figures.group_revenue_amount,
    figures.is_group_employee_count_overridden,
    figures.is_group_revenue_overridden,
    companies.has_account
from {{ ref('int_company_attributes') }} as attributes
inner join {{ ref('int_companies') }} as companies
    on attributes.customer_id = companies.customer_id
inner join {{ ref('int_company_hierarchy') }} as hierarchy
    on attributes.customer_id = hierarchy.customer_id
inner join {{ ref('int_company_figures') }} as figures
    on attributes.customer_id = figures.customer_id
