{% set made = [
    'naics_code', 'employee_count', 'annual_revenue', 'annual_ad_spend', 'organization_type',
    'headquarters_country_code', 'founded_year', 'procurement_model', 'parent_customer_id',
] -%}
with

{{ read_rows('accounts', made) }},

countries as (
    select
        spelling,
        country_code
    from {{ ref('country_spellings') }}
),

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('accounts', made) }}
        -- spreadsheets turn codes into numbers: 541511.0 is 541511
        replace(accounts.naics_code, '.0', '') as naics_code,
        case when accounts.employee_count >= 0 then accounts.employee_count end as employee_count,
        case when accounts.annual_revenue >= 0 then accounts.annual_revenue end as annual_revenue,
        case when accounts.annual_ad_spend >= 0 then accounts.annual_ad_spend end as annual_ad_spend,
        {{ code_text('accounts.organization_type') }} as organization_type,
        countries.country_code as headquarters_country_code,
        case when countries.country_code is null then accounts.headquarters_country_code end as unknown_headquarters_country_code,
        case when accounts.founded_year between 1000 and 2199 then accounts.founded_year end as founded_year,
        replace({{ code_text('accounts.procurement_model') }}, 'ized', 'ised') as procurement_model,
        -- a customer that names itself as its parent has none
        nullif(accounts.parent_customer_id, accounts.customer_id) as parent_customer_id,
        accounts.problem_rule_id,
        accounts.problem_detail,
        accounts.unreadable_values_count,
        accounts.row_position,
        accounts.is_repeated
    from accounts
    left join countries
        on lower(accounts.headquarters_country_code) = countries.spelling
),

{{ checked_rows('accounts') }}

select * from checked_rows
