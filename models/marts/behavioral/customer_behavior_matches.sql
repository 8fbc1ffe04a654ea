select
    met.customer_id,
    spine.as_of_date,
    met.rule_key,
    rules.description as rule_description,
    rules.kind,
    rules.behavior,
    cast(rules.days_count as {{ dbt.type_bigint() }}) as window_days,
    cast(rules.times_count as {{ dbt.type_bigint() }}) as required_times_count,
    cast(met.window_times_count as {{ dbt.type_bigint() }}) as window_times_count,
    cast(met.previous_window_times_count as {{ dbt.type_bigint() }}) as previous_window_times_count,
    behaviors.last_behavior_date
from {{ ref('int_customer_behavior_rules_met') }} as met
inner join {{ ref('behavior_rules') }} as rules
    on met.rule_key = rules.rule_key
inner join {{ ref('int_as_of_dates') }} as spine
    on spine.is_current
left join {{ ref('int_customer_behaviors') }} as behaviors
    on met.customer_id = behaviors.customer_id
    and rules.behavior = behaviors.behavior
where met.is_met
