-- who a merged customer is now, or a guest where guests are joined by e-mail: chains of merges are followed to their end, or to the last
-- customer that was delivered (or asked to be erased), or nobody would stand for them; circles are left alone
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

chains as (
    select
        from_customer_id,
        to_customer_id,
        1 as step_count
    from merged_pairs
    union all
    select
        chains.from_customer_id,
        merged_pairs.to_customer_id,
        chains.step_count + 1 as step_count
    from chains
    inner join merged_pairs
        on chains.to_customer_id = merged_pairs.from_customer_id
    where chains.step_count < 20
),

known_customers as (
    select customer_id from {{ ref('stg_customers') }}
    union
    select customer_id from {{ ref('stg_erasure_requests') }}
),

steps as (
    select
        chains.*,
        merged_pairs.from_customer_id is null as is_end,
        known_customers.customer_id is not null as is_known,
        max(case when merged_pairs.from_customer_id is null then 1 else 0 end) over (partition by chains.from_customer_id) = 1 as has_end
    from chains
    left join merged_pairs
        on chains.to_customer_id = merged_pairs.from_customer_id
    left join known_customers
        on chains.to_customer_id = known_customers.customer_id
),

ends as (
    select
        from_customer_id,
        to_customer_id,
        row_number() over (
            partition by from_customer_id
            order by case when is_end then 0 else 1 end, case when is_end then step_count else -step_count end, to_customer_id
        ) as choice
    from steps
    where is_known
        and has_end
)

select
    from_customer_id,
    to_customer_id
from ends
where choice = 1
