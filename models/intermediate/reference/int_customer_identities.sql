-- who a merged customer is now, or a guest where guests are joined by e-mail: chains of merges are followed to their end, however long
-- they are, or to the last customer that was delivered (or asked to be erased), or nobody would stand for them; circles are left alone
with recursive

merged_pairs as (
    select
        from_customer_id,
        to_customer_id
    from {{ accepted_relation('customer_merges') | indent(4) }} as pairs
    where from_customer_id <> to_customer_id
    union
    -- what the company says of a customer counts before what an e-mail says
    select
        guests.from_customer_id,
        guests.to_customer_id
    from ({{ guest_pairs() | indent(4) }}) as guests
    left join {{ accepted_relation('customer_merges') | indent(4) }} as stated
        on guests.from_customer_id = stated.from_customer_id
    where '{{ deployment_setting('guests_by_email') }}' = 'joined'
        and stated.from_customer_id is null
),

known_customers as (
    select customer_id from {{ ref('stg_customers') }}
    union
    select customer_id from {{ ref('stg_erasure_requests') }}
),

first_pairs as (
    select
        from_customer_id,
        min(to_customer_id) as to_customer_id
    from merged_pairs
    group by from_customer_id
),

steps as (
    select
        pairs.from_customer_id,
        pairs.to_customer_id,
        known_customers.customer_id as known_customer_id,
        next_pairs.from_customer_id is null as is_end
    from first_pairs as pairs
    left join known_customers
        on pairs.to_customer_id = known_customers.customer_id
    left join first_pairs as next_pairs
        on pairs.to_customer_id = next_pairs.from_customer_id
),

-- from the ends backwards: everybody is met once, and who leads into a circle never
chains as (
    select
        from_customer_id,
        known_customer_id as to_customer_id
    from steps
    where is_end
    union all
    select
        steps.from_customer_id,
        coalesce(chains.to_customer_id, steps.known_customer_id) as to_customer_id
    from chains
    inner join steps
        on chains.from_customer_id = steps.to_customer_id
)

select
    from_customer_id,
    to_customer_id
from chains
where to_customer_id is not null
