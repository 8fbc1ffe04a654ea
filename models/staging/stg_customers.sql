{% set made = ['customer_type', 'status', 'referred_by_customer_id', 'email', 'created_at', 'country_code', 'settlement_type', 'marketing_consent'] -%}
with

{{ read_rows('customers', made) }},

countries as (
    select
        spelling,
        country_code
    from {{ ref('country_spellings') }}
),

customer_statuses as (
    select
        status,
        customer_state
    from {{ ref('customer_statuses') }}
),

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('customers', made) }}
        lower(customers.customer_type) as customer_type,
        lower(customers.status) as status,
        lower(customers.email) as email,
        -- enough to tell that two customers have one e-mail, and no e-mail
        md5(lower(customers.email)) as email_key,
        statuses.customer_state,
        -- nobody refers oneself
        nullif(customers.referred_by_customer_id, customers.customer_id) as referred_by_customer_id,
        countries.country_code as country_code,
        case when countries.country_code is null then customers.country_code end as unknown_country_code,
        {{ code_text('customers.settlement_type') }} as settlement_type,
        coalesce(customers.marketing_consent, false) as marketing_consent,
        -- an impossible date (1970-01-01, 9999-12-31) is how systems write an unknown one
        {{ possible_date('customers.created_at') }} as created_at,
        {{ local_date(possible_date('customers.created_at')) }} as created_date,
        customers.problem_rule_id,
        coalesce(
            customers.problem_detail,
            case
                when statuses.customer_state in ('internal', 'test') then customers.status
                when types.customer_state in ('internal', 'test') then customers.customer_type
            end
        ) as problem_detail,
        -- "employee" and "test" stand in either column
        coalesce(statuses.customer_state in ('internal', 'test'), false)
        or coalesce(types.customer_state in ('internal', 'test'), false) as is_internal,
        customers.unreadable_values_count,
        customers.row_position,
        customers.is_repeated
    from customers
    left join countries
        on lower(customers.country_code) = countries.spelling
    left join customer_statuses as statuses
        on {{ code_text('customers.status') }} = statuses.status
    left join customer_statuses as types
        on {{ code_text('customers.customer_type') }} = types.status
),

{{ checked_rows(
    'customers',
    rules={'internal_customer': 'is_internal'},
) }}

select * from checked_rows
