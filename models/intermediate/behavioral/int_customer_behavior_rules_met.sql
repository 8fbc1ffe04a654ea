-- one row per customer and rule about which the data says something: for did and stopped, who did it at all in the
-- windows; for did_not, who was known, and the behavior recorded, for as long as the window
with

rules as (
    select
        rules.rule_key,
        rules.behavior,
        rules.kind,
        rules.times_count,
        rules.days_count,
        spine.as_of_date,
        cast({{ dbt.dateadd('day', '-rules.days_count', 'spine.as_of_date') }} as date) as window_before_date,
        cast({{ dbt.dateadd('day', '-2 * rules.days_count', 'spine.as_of_date') }} as date) as previous_window_before_date
    from {{ ref('behavior_rules') }} as rules
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
),

counts as (
    select
        facts.customer_id,
        rules.rule_key,
        sum(case when facts.activity_date > rules.window_before_date then facts.times_count else 0 end) as window_times_count,
        sum(case when facts.activity_date <= rules.window_before_date then facts.times_count else 0 end) as previous_window_times_count
    from {{ ref('int_customer_behavior_facts') }} as facts
    inner join rules
        on facts.behavior = rules.behavior
        and facts.activity_date > rules.previous_window_before_date
        and facts.activity_date <= rules.as_of_date
    group by facts.customer_id, rules.rule_key
),

-- a behavior that nobody ever showed is one that the company does not record
recorded as (
    select
        behavior,
        min(first_behavior_date) as recorded_since_date
    from {{ ref('int_customer_behaviors') }}
    group by behavior
),

candidates as (
    select
        counts.customer_id,
        counts.rule_key
    from counts
    inner join rules
        on counts.rule_key = rules.rule_key
        and rules.kind in ('did', 'stopped')
    union all
    select
        customers.customer_id,
        rules.rule_key
    from {{ ref('int_customers_as_of') }} as customers
    inner join rules
        on rules.kind = 'did_not'
        and customers.known_since_date <= rules.window_before_date
    inner join recorded
        on rules.behavior = recorded.behavior
        and recorded.recorded_since_date <= rules.window_before_date
    where customers.is_current
)

select
    candidates.customer_id,
    candidates.rule_key,
    coalesce(counts.window_times_count, 0) as window_times_count,
    coalesce(counts.previous_window_times_count, 0) as previous_window_times_count,
    case rules.kind
        when 'did' then coalesce(counts.window_times_count, 0) >= rules.times_count
        when 'did_not' then coalesce(counts.window_times_count, 0) = 0
        when 'stopped' then coalesce(counts.window_times_count, 0) = 0 and counts.previous_window_times_count >= rules.times_count
    end as is_met
from candidates
inner join rules
    on candidates.rule_key = rules.rule_key
left join counts
    on candidates.customer_id = counts.customer_id
    and candidates.rule_key = counts.rule_key
