-- one row per company: its place in its group; circles are cut, so every chain of parents ends
with recursive

links as (
    select
        companies.customer_id,
        case when not coalesce(circles.is_circle_top, false) then parents.customer_id end as parent_customer_id,
        companies.stated_parent_customer_id is not null and parents.customer_id is null as has_outside_parent,
        circles.customer_id is not null as has_circular_parents
    from {{ ref('int_companies') }} as companies
    left join {{ ref('int_companies') }} as parents
        on companies.stated_parent_customer_id = parents.customer_id
    left join {{ ref('int_company_circles') }} as circles
        on companies.customer_id = circles.customer_id
),

-- from the ultimate parents down
levels as (
    select
        customer_id,
        customer_id as ultimate_parent_customer_id,
        0 as hierarchy_depth
    from links
    where parent_customer_id is null
    union all
    select
        links.customer_id,
        levels.ultimate_parent_customer_id,
        levels.hierarchy_depth + 1 as hierarchy_depth
    from levels
    inner join links
        on levels.customer_id = links.parent_customer_id
),

-- a company of a circle too long to be cut in one place is not reached: it stands alone
placed as (
    select
        links.customer_id,
        case when levels.customer_id is not null then links.parent_customer_id end as parent_customer_id,
        coalesce(levels.ultimate_parent_customer_id, links.customer_id) as ultimate_parent_customer_id,
        coalesce(levels.hierarchy_depth, 0) as hierarchy_depth,
        links.has_outside_parent,
        links.has_circular_parents
    from links
    left join levels
        on links.customer_id = levels.customer_id
),

-- every company beside each one above it
ancestors as (
    select
        customer_id,
        parent_customer_id as ancestor_customer_id
    from placed
    where parent_customer_id is not null
    union all
    select
        ancestors.customer_id,
        placed.parent_customer_id as ancestor_customer_id
    from ancestors
    inner join placed
        on ancestors.ancestor_customer_id = placed.customer_id
    where placed.parent_customer_id is not null
),

subsidiaries as (
    select
        ancestor_customer_id as customer_id,
        count(*) as subsidiaries_count
    from ancestors
    group by ancestor_customer_id
)

select
    placed.*,
    coalesce(subsidiaries.subsidiaries_count, 0) as subsidiaries_count
from placed
left join subsidiaries
    on placed.customer_id = subsidiaries.customer_id
