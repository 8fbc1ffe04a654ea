-- who was merged into another customer stands nowhere any more; its orders, refunds and days are those of the survivor
with

owners as (
    select customer_id, 'int_orders_accepted' as relation from {{ ref('int_orders_accepted') }}
    union all
    select customer_id, 'int_subscriptions_accepted' as relation from {{ ref('int_subscriptions_accepted') }}
    union all
    select customer_id, 'int_product_events_owned' as relation from {{ ref('int_product_events_owned') }}
    union all
    select customer_id, 'int_customer_purchase_days' as relation from {{ ref('int_customer_purchase_days') }}
    union all
    select customer_id, 'int_customers_as_of' as relation from {{ ref('int_customers_as_of') }}
)

select
    owners.relation,
    identities.from_customer_id,
    count(*) as rows_count
from owners
inner join {{ ref('int_customer_identities') }} as identities
    on owners.customer_id = identities.from_customer_id
group by owners.relation, identities.from_customer_id
