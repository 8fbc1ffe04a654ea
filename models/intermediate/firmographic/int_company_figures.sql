-- one row per company: its own figures and those of its group; size is decided by the group's
with

companies as (
    select
        companies.customer_id,
        companies.employee_count,
        companies.annual_revenue,
        companies.annual_ad_spend,
        companies.is_employee_count_overridden,
        companies.is_annual_revenue_overridden,
        hierarchy.ultimate_parent_customer_id
    from {{ ref('int_companies') }} as companies
    inner join {{ ref('int_company_hierarchy') }} as hierarchy
        on companies.customer_id = hierarchy.customer_id
),

-- a company without a figure adds nothing; a group without any has none
sums as (
    select
        ultimate_parent_customer_id,
        count(*) as group_companies_count,
        count(employee_count) as group_employee_known_count,
        sum(employee_count) as employee_count,
        sum(annual_revenue) as annual_revenue
    from companies
    group by ultimate_parent_customer_id
),

groups as (
    select
        sums.ultimate_parent_customer_id,
        sums.group_companies_count,
        sums.group_employee_known_count,
        parents.is_employee_count_overridden as is_group_employee_count_overridden,
        parents.is_annual_revenue_overridden as is_group_revenue_overridden,
        -- an override at the ultimate parent states the group's figure; otherwise the larger of two sources counts: the
        -- sum of the group, and the parent's own figure (never the larger one while figures are of one company alone)
        case
            when parents.is_employee_count_overridden then parents.employee_count
            else greatest(sums.employee_count, coalesce(parents.employee_count, sums.employee_count))
        end as group_employee_count,
        case
            when parents.is_annual_revenue_overridden then parents.annual_revenue
            else greatest(sums.annual_revenue, coalesce(parents.annual_revenue, sums.annual_revenue))
        end as group_revenue_amount
    from sums
    inner join companies as parents
        on sums.ultimate_parent_customer_id = parents.customer_id
)

select
    companies.customer_id,
    companies.employee_count,
    companies.annual_revenue as annual_revenue_amount,
    companies.annual_ad_spend as annual_ad_spend_amount,
    cast(companies.annual_ad_spend as {{ type_double() }})
        / nullif(cast(companies.annual_revenue as {{ type_double() }}), 0) as ad_spend_ratio,
    groups.group_companies_count,
    groups.group_employee_known_count,
    groups.group_employee_count,
    groups.group_revenue_amount,
    groups.is_group_employee_count_overridden,
    groups.is_group_revenue_overridden
from companies
inner join groups
    on companies.ultimate_parent_customer_id = groups.ultimate_parent_customer_id
