with

customers as (
    select * from {{ ref('input_customers') }}
),

countries as (
    select
        spelling,
        country_code
    from {{ ref('country_spellings') }}
),

cleaned as (
    select
        {{ input_columns('customers', replaced=['customer_type', 'status', 'email', 'created_at', 'country_code', 'marketing_consent']) }}
        lower(customers.customer_type) as customer_type,
        lower(customers.status) as status,
        lower(customers.email) as email,
        coalesce(countries.country_code, case when length(customers.country_code) = 2 then upper(customers.country_code) end) as country_code,
        coalesce(customers.marketing_consent, false) as marketing_consent,
        -- an impossible date (1970-01-01, 9999-12-31) is how systems write an unknown one
        case when not ({{ is_impossible_date('customers.created_at') }}) then customers.created_at end as created_at,
        case when not ({{ is_impossible_date('customers.created_at') }}) then {{ local_date('customers.created_at') }} end as created_date,
        customers.problem_rule_id,
        customers.problem_detail,
        customers.unreadable_values_count
    from customers
    left join countries
        on lower(customers.country_code) = countries.spelling
),

{{ checked_rows(
    'customers',
    derived=['created_date'],
    keep='created_at desc nulls last',
) }}

select * from checked_rows
