-- ties are never parted, on any as-of date
select
    labels.scheme,
    labels.as_of_date,
    case labels.scheme when 'value_tier' then facts.historic_value_amount else facts.value_last_365_days_amount end as amount
from {{ ref('value_labels') }} as labels
inner join {{ ref('value_facts') }} as facts
    on labels.customer_id = facts.customer_id
    and labels.as_of_date = facts.as_of_date
where labels.scheme in ('value_tier', 'pareto_class')
    -- who has only rejected facts has no value that is known
    and labels.segment <> 'unknown'
group by
    labels.scheme,
    labels.as_of_date,
    case labels.scheme when 'value_tier' then facts.historic_value_amount else facts.value_last_365_days_amount end
having count(distinct labels.segment) > 1
