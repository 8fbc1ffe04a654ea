-- ties are never parted, on any as-of date
select as_of_date, 'value_tier' as scheme, historic_value_amount as amount
from {{ ref('customer_value_spine') }}
group by as_of_date, historic_value_amount
having count(distinct value_tier_segment) > 1
union all
select as_of_date, 'pareto_class' as scheme, value_last_365_days_amount as amount
from {{ ref('customer_value_spine') }}
group by as_of_date, value_last_365_days_amount
having count(distinct pareto_class_segment) > 1
