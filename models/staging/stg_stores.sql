with

stores as (
    select * from {{ ref('input_stores') }}
),

countries as (
    select
        spelling,
        country_code
    from {{ ref('country_spellings') }}
),

cleaned as {{ inlined_cte() }}(
    select
        {{ input_columns('stores', replaced=['store_kind', 'country_code']) }}
        {{ code_text('stores.store_kind') }} as store_kind,
        countries.country_code as country_code,
        stores.problem_rule_id,
        stores.problem_detail,
        stores.unreadable_values_count
    from stores
    left join countries
        on lower(stores.country_code) = countries.spelling
),

{{ checked_rows('stores') }}

select * from checked_rows
