-- who a merged customer is now, or a guest where guests are joined by e-mail: chains of merges are followed to their end, however long
-- they are, or to the last customer that was delivered (or asked to be erased), or nobody would stand for them; a circle is left alone,
-- but where somebody in it asked to be erased all are that one
with recursive

merged_pairs as (
    select
        from_customer_id,
        min(to_customer_id) as to_customer_id
    from (
        select from_customer_id, to_customer_id
        from {{ accepted_relation('customer_merges') | indent(8) }} as pairs
        where from_customer_id <> to_customer_id
        union all
        -- what the company says of a customer counts before what an e-mail says
        select guests.from_customer_id, guests.to_customer_id
        from ({{ guest_pairs() | indent(8) }}) as guests
        left join {{ accepted_relation('customer_merges') | indent(8) }} as stated
            on guests.from_customer_id = stated.from_customer_id
        where '{{ deployment_setting('guests_by_email') }}' = 'joined'
            and stated.from_customer_id is null
    ) as pairs
    group by from_customer_id
),

known_customers as (
    select customer_id, max(is_erased) as is_erased
    from (
        select customer_id, 0 as is_erased from {{ ref('stg_customers') }}
        union all
        select customer_id, 1 as is_erased from {{ ref('stg_erasure_requests') }}
    ) as known
    group by customer_id
),

steps as (
    select
        pairs.from_customer_id,
        pairs.to_customer_id,
        known_customers.customer_id as known_customer_id,
        known_customers.is_erased,
        next_pairs.from_customer_id is null as is_end
    from merged_pairs as pairs
    left join known_customers
        on pairs.to_customer_id = known_customers.customer_id
    left join merged_pairs as next_pairs
        on pairs.to_customer_id = next_pairs.from_customer_id
),

-- from the ends backwards: everybody is met once, and who leads into a circle never
chains as (
    select from_customer_id, known_customer_id as to_customer_id from steps where is_end
    union all
    select steps.from_customer_id, coalesce(chains.to_customer_id, steps.known_customer_id) as to_customer_id
    from chains
    inner join steps
        on chains.from_customer_id = steps.to_customer_id
),

erased_circles as (
    select from_customer_id, to_customer_id from steps where is_erased = 1
    union all
    select steps.from_customer_id, erased_circles.to_customer_id
    from erased_circles
    inner join steps
        on erased_circles.from_customer_id = steps.to_customer_id
    where steps.from_customer_id <> erased_circles.to_customer_id
)

select from_customer_id, to_customer_id from chains where to_customer_id is not null
union all
select circles.from_customer_id, min(circles.to_customer_id) as to_customer_id
from erased_circles as circles
left join chains
    on circles.from_customer_id = chains.from_customer_id
left join known_customers
    on circles.from_customer_id = known_customers.customer_id
where chains.from_customer_id is null
    and coalesce(known_customers.is_erased, 0) = 0
group by circles.from_customer_id
