with

rules as (
    select
        rules.*,
        spine.as_of_date,
        cast({{ dbt.dateadd('day', '-rules.window_days', 'spine.as_of_date') }} as date) as window_before_date,
        cast({{ dbt.dateadd('day', '-2 * rules.window_days', 'spine.as_of_date') }} as date) as previous_window_before_date
    from {{ ref('behavior_rules') }} as rules
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
),

counts as (
    select
        behaviors.customer_id,
        rules.rule_key,
        sum(case when behaviors.activity_date > rules.window_before_date then behaviors.times_count else 0 end) as window_times_count,
        sum(case
            when behaviors.activity_date <= rules.window_before_date and behaviors.activity_date > rules.previous_window_before_date then behaviors.times_count
            else 0
        end) as previous_window_times_count,
        min(behaviors.activity_date) as first_behavior_date,
        max(behaviors.activity_date) as last_behavior_date
    from {{ ref('int_customer_behavior_days') }} as behaviors
    inner join rules
        on behaviors.behavior = rules.behavior
        and behaviors.activity_date <= rules.as_of_date
    group by behaviors.customer_id, rules.rule_key
),

-- a behavior that nobody ever showed is one that the company does not record
recorded as (
    select rule_key, min(first_behavior_date) as recorded_since_date from counts group by rule_key
),

met as (
    select counts.customer_id, counts.rule_key
    from counts
    inner join rules
        on counts.rule_key = rules.rule_key
    where (rules.kind = 'did' and counts.window_times_count >= rules.required_times_count)
        or (rules.kind = 'stopped' and counts.window_times_count = 0 and counts.previous_window_times_count >= rules.required_times_count)
    union all
    -- did_not concerns those only who were known, and the behavior recorded, for as long as the window
    select customers.customer_id, rules.rule_key
    from {{ ref('int_customers_as_of') }} as customers
    inner join rules
        on customers.is_current
        and rules.kind = 'did_not'
        and customers.known_since_date <= rules.window_before_date
    inner join recorded
        on rules.rule_key = recorded.rule_key
        and recorded.recorded_since_date <= rules.window_before_date
    left join counts
        on customers.customer_id = counts.customer_id
        and rules.rule_key = counts.rule_key
    where coalesce(counts.window_times_count, 0) = 0
)

select
    met.customer_id,
    rules.as_of_date,
    met.rule_key,
    rules.description as rule_description,
    rules.kind,
    rules.behavior,
    cast(rules.window_days as {{ dbt.type_bigint() }}) as window_days,
    cast(rules.required_times_count as {{ dbt.type_bigint() }}) as required_times_count,
    cast(coalesce(counts.window_times_count, 0) as {{ dbt.type_bigint() }}) as window_times_count,
    cast(coalesce(counts.previous_window_times_count, 0) as {{ dbt.type_bigint() }}) as previous_window_times_count,
    counts.last_behavior_date
from met
inner join rules
    on met.rule_key = rules.rule_key
left join counts
    on met.customer_id = counts.customer_id
    and met.rule_key = counts.rule_key
