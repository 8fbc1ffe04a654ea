-- one row per customer and behavior up to the current as-of date
select
    facts.customer_id,
    facts.behavior,
    min(facts.activity_date) as first_behavior_date,
    max(facts.activity_date) as last_behavior_date,
    sum(facts.times_count) as times_count
from {{ ref('int_customer_behavior_facts') }} as facts
inner join {{ ref('int_as_of_dates') }} as spine
    on spine.is_current
    and facts.activity_date <= spine.as_of_date
group by facts.customer_id, facts.behavior
