-- identities hold on empty tables too: where rows were accepted, the tables that stand on them are not empty
with

filled as (
    select
        max(case when input_table = 'customers' then rows_accepted end) as customers_count,
        max(case when input_table = 'orders' then rows_accepted end) as orders_count
    from {{ ref('input_reconciliation') }}
),

found as (
    select
        (select count(*) from {{ ref('int_customers_accepted') }}) as customers_count,
        (select count(*) from {{ ref('int_orders_accepted') }}) as orders_count,
        (select count(*) from {{ ref('int_customers_as_of') }} where is_current) as known_customers_count,
        (select count(*) from {{ ref('segment_labels') }} where is_current) as labels_count,
        (select count(*) from {{ ref('segment_profiles') }} where customers_count > 0) as profiles_count
)

select
    filled.customers_count as customers_accepted_count,
    filled.orders_count as orders_accepted_count,
    found.*
from filled
cross join found
where filled.customers_count <> found.customers_count
    or filled.orders_count <> found.orders_count
    -- who comes after the as-of date has no labels yet
    or (found.known_customers_count > 0 and (found.labels_count < found.known_customers_count or found.profiles_count = 0))
