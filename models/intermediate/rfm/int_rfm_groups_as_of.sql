-- one row per as-of date and attribute group with a scored buyer: the group by whose cut points it is scored. A group
-- too small for cut points of its own is scored by those of everybody
with

sizes as (
    select
        as_of_date,
        attribute_group,
        count(*) as customers_count
    from {{ ref('int_customer_rfm_measures_as_of') }}
    where is_recent
    group by as_of_date, attribute_group
)

select
    sizes.as_of_date,
    sizes.attribute_group,
    sizes.customers_count,
    case
        when settings.cut_points_source = 'fitted'
            and sizes.customers_count >= settings.minimum_group_customers_count then sizes.attribute_group
        -- own cut points hold for everybody
        else 'all'
    end as rfm_group
from sizes
cross join {{ ref('int_rfm_settings') }} as settings
