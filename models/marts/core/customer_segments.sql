-- one row per customer: every label beside the main measures
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
)

select
    customers.customer_id,
    customers.as_of_date,
    customers.customer_type,
    customers.country_code,
    lifecycle.lifecycle_segment,
    rfm.rfm_segment
from customers
inner join {{ ref('customer_lifecycle_segments') }} as lifecycle
    on customers.customer_id = lifecycle.customer_id
inner join {{ ref('customer_rfm_segments') }} as rfm
    on customers.customer_id = rfm.customer_id
