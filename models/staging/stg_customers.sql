{% set made = ['customer_type', 'status', 'email', 'created_at', 'country_code', 'marketing_consent'] -%}
with

{{ read_rows('customers', made) }},

countries as (
    select
        spelling,
        country_code
    from {{ ref('country_spellings') }}
),

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('customers', made) }}
        lower(customers.customer_type) as customer_type,
        lower(customers.status) as status,
        lower(customers.email) as email,
        countries.country_code as country_code,
        coalesce(customers.marketing_consent, false) as marketing_consent,
        -- an impossible date (1970-01-01, 9999-12-31) is how systems write an unknown one
        {{ possible_date('customers.created_at') }} as created_at,
        {{ local_date(possible_date('customers.created_at')) }} as created_date,
        customers.problem_rule_id,
        customers.problem_detail,
        customers.unreadable_values_count,
        customers.row_position,
        customers.is_repeated
    from customers
    left join countries
        on lower(customers.country_code) = countries.spelling
),

{{ checked_rows(
    'customers',
) }}

select * from checked_rows
