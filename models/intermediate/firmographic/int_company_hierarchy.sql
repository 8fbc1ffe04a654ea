-- one row per company: its place in its group; circles are cut, so every chain of parents ends
with recursive

links as (
    select
        companies.customer_id,
        parents.customer_id as parent_customer_id,
        companies.stated_parent_customer_id is not null and parents.customer_id is null as has_outside_parent
    from {{ ref('int_companies') }} as companies
    left join {{ ref('int_companies') }} as parents
        on companies.stated_parent_customer_id = parents.customer_id
),

-- every company beside itself and each one above it, until it meets itself again, 50 steps at most
climbs as (
    select
        customer_id,
        customer_id as ancestor_customer_id,
        0 as steps_count
    from links
    union all
    select
        climbs.customer_id,
        links.parent_customer_id as ancestor_customer_id,
        climbs.steps_count + 1 as steps_count
    from climbs
    inner join links
        on climbs.ancestor_customer_id = links.customer_id
    where links.parent_customer_id is not null
        and (climbs.steps_count = 0 or climbs.ancestor_customer_id <> climbs.customer_id)
        and climbs.steps_count < 50
),

-- a circle is cut above the first of its companies by id
circle_tops as (
    select customer_id
    from climbs
    group by customer_id
    having min(ancestor_customer_id) = customer_id
        and max(case when ancestor_customer_id = customer_id and steps_count > 0 then 1 else 0 end) = 1
),

-- the steps up to a cut, or to the end; a chain that has neither within 50 steps is not followed, its companies stand alone
lengths as (
    select
        climbs.customer_id,
        min(case when circle_tops.customer_id is not null then climbs.steps_count end) as steps_to_cut_count,
        nullif(max(climbs.steps_count), 50) as steps_to_end_count
    from climbs
    left join circle_tops
        on climbs.ancestor_customer_id = circle_tops.customer_id
    group by climbs.customer_id
),

ancestors as (
    select
        climbs.*,
        coalesce(lengths.steps_to_cut_count, lengths.steps_to_end_count, 0) as hierarchy_depth,
        lengths.steps_to_cut_count is not null or lengths.steps_to_end_count is null as has_circular_parents,
        count(*) over (partition by climbs.ancestor_customer_id) - 1 as below_count
    from climbs
    inner join lengths
        on climbs.customer_id = lengths.customer_id
        and climbs.steps_count <= coalesce(lengths.steps_to_cut_count, lengths.steps_to_end_count, 0)
)

select
    links.customer_id,
    max(case when ancestors.steps_count = 1 then ancestors.ancestor_customer_id end) as parent_customer_id,
    max(case when ancestors.steps_count = ancestors.hierarchy_depth then ancestors.ancestor_customer_id end) as ultimate_parent_customer_id,
    max(ancestors.hierarchy_depth) as hierarchy_depth,
    links.has_outside_parent,
    max(case when ancestors.has_circular_parents then 1 else 0 end) = 1 as has_circular_parents,
    max(case when ancestors.steps_count = 0 then ancestors.below_count end) as subsidiaries_count
from links
inner join ancestors
    on links.customer_id = ancestors.customer_id
group by links.customer_id, links.has_outside_parent
