-- one row per business customer of the current as-of date: what is stated about the company, after overrides
with

customers as (
    select
        customers_as_of.customer_id,
        customers_as_of.as_of_date,
        customers.customer_type,
        customers.country_code
    from {{ ref('int_customers_as_of') }} as customers_as_of
    inner join {{ ref('int_customers_accepted') }} as customers
        on customers_as_of.customer_id = customers.customer_id
    where customers_as_of.is_current
),

-- merged customers bring several accounts under one id: the survivor's own row counts (row_key is the id under which a
-- row came)
accounts as (
    select
        accepted.*,
        row_number() over (
            partition by accepted.customer_id
            order by case when accepted.row_key = accepted.customer_id then 0 else 1 end, accepted.row_key
        ) as choice
    from {{ accepted_relation('accounts') | indent(4) }} as accepted
),

overrides as (
    select
        customer_id,
        max(case when attribute = 'employee_count' then {{ try_cast('value', 'bigint') }} end) as employee_count,
        max(case when attribute = 'annual_revenue' then {{ try_cast('value', 'decimal(18, 4)') }} end) as annual_revenue,
        max(case when attribute = 'industry_sector' then value end) as industry_sector,
        max(case when attribute = 'organization_type' then value end) as organization_type,
        max(case when attribute = 'parent_customer_id' then value end) as parent_customer_id
    from {{ ref('firmographic_overrides') }}
    group by customer_id
)

select
    customers.customer_id,
    customers.as_of_date,
    customers.country_code,
    accounts.customer_id is not null as has_account,
    -- a parent that was merged is its survivor, and nobody is their own parent
    nullif(
        coalesce(overrides.parent_customer_id, identities.to_customer_id, accounts.parent_customer_id),
        customers.customer_id
    ) as stated_parent_customer_id,
    accounts.industry,
    accounts.naics_code as stated_naics_code,
    coalesce(overrides.employee_count, accounts.employee_count) as employee_count,
    coalesce(overrides.annual_revenue, accounts.annual_revenue) as annual_revenue,
    accounts.annual_ad_spend,
    accounts.organization_type,
    accounts.procurement_model,
    accounts.headquarters_country_code,
    -- a year that has not come yet is not known
    case when accounts.founded_year <= extract(year from customers.as_of_date) then accounts.founded_year end as founded_year,
    overrides.industry_sector as overridden_industry_sector,
    overrides.organization_type as overridden_organization_type,
    overrides.employee_count is not null as is_employee_count_overridden,
    overrides.annual_revenue is not null as is_annual_revenue_overridden
from customers
left join accounts
    on customers.customer_id = accounts.customer_id
    and accounts.choice = 1
left join {{ ref('int_customer_identities') }} as identities
    on accounts.parent_customer_id = identities.from_customer_id
left join overrides
    on customers.customer_id = overrides.customer_id
where customers.customer_type = 'business'
    or accounts.customer_id is not null
