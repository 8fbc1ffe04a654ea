-- one row per company, part and criterion: what earned its points, or why there are none. A company of a group has the reasons of its ultimate parent
select
    hierarchy.customer_id,
    spine.as_of_date,
    points.account_customer_id,
    points.part,
    points.criterion,
    points.label,
    points.from_customer_id,
    points.is_known,
    cast(points.points as {{ dbt.type_bigint() }}) as points,
    cast(points.maximum_points as {{ dbt.type_bigint() }}) as maximum_points,
    case
        when not points.is_known then concat(points.criterion, ' is not known: not counted, ', points.maximum_points, ' points could be earned')
        else concat(points.criterion, ' ', points.label, ': ', points.points, ' of ', points.maximum_points, ' points')
    end as reason
from {{ ref('int_company_hierarchy') }} as hierarchy
inner join {{ ref('account_points') }} as points
    on hierarchy.ultimate_parent_customer_id = points.account_customer_id
inner join {{ ref('int_as_of_dates') }} as spine
    on spine.is_current
