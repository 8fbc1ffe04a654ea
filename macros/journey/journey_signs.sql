{# CTEs: `event_days`, one row per customer, day and behavior up to the as-of date, with the days since; `signs`, one row per customer with a sign
   of interest in the window: the days since the last one of each stage. Reads customers, limits and spine. #}
{% macro journey_signs() -%}
event_days as (
    select behaviors.customer_id, behaviors.behavior, {{ days_between('behaviors.activity_date', 'spine.as_of_date') }} as days_ago
    from {{ ref('int_customer_behavior_days') }} as behaviors
    inner join spine
        on behaviors.activity_date <= spine.as_of_date
),

-- what came before the last purchase is settled by it; a buyer who looks for help wants support
signs as (
    select
        event_days.customer_id,
        min(case when journey_signals.journey_stage = 'evaluation' then event_days.days_ago end) as days_since_evaluation,
        min(case when journey_signals.journey_stage = 'interest' then event_days.days_ago end) as days_since_interest,
        min(case when journey_signals.journey_stage = 'problem' then event_days.days_ago end) as days_since_problem
    from event_days
    cross join limits
    inner join {{ ref('journey_signals') }} as journey_signals
        on event_days.behavior = journey_signals.signal
    inner join customers
        on event_days.customer_id = customers.customer_id
    where event_days.days_ago < limits.sign_days
        and coalesce(event_days.days_ago < customers.days_since_purchase, true)
        and (journey_signals.journey_stage <> 'problem' or customers.days_since_first_purchase is null)
    group by event_days.customer_id
)
{%- endmacro %}
