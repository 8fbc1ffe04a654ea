-- one row per company whose chain of parents never ends because it runs in a circle
with recursive

links as (
    select
        companies.customer_id,
        parents.customer_id as parent_customer_id
    from {{ ref('int_companies') }} as companies
    left join {{ ref('int_companies') }} as parents
        on companies.stated_parent_customer_id = parents.customer_id
),

-- from the top down: a circle has no top, so nobody on it or below it is reached, and this always ends
reached as (
    select customer_id
    from links
    where parent_customer_id is null
    union all
    select links.customer_id
    from reached
    inner join links
        on reached.customer_id = links.parent_customer_id
),

unreached as (
    select
        links.customer_id,
        links.parent_customer_id
    from links
    left join reached
        on links.customer_id = reached.customer_id
    where reached.customer_id is null
),

-- from there up until a company meets itself, 50 steps at most
climbs as (
    select
        customer_id,
        parent_customer_id as ancestor_customer_id,
        1 as steps_count
    from unreached
    union all
    select
        climbs.customer_id,
        unreached.parent_customer_id as ancestor_customer_id,
        climbs.steps_count + 1 as steps_count
    from climbs
    inner join unreached
        on climbs.ancestor_customer_id = unreached.customer_id
    where climbs.ancestor_customer_id <> climbs.customer_id
        and climbs.steps_count < 50
)

select
    customer_id,
    -- on the circle, and the first by id of those who are: its parent is the one that does not count
    max(case when ancestor_customer_id = customer_id then 1 else 0 end) = 1
        and min(ancestor_customer_id) = customer_id as is_circle_top
from climbs
group by customer_id
