{# One row per customer with a product event: the day of the first one, of the first step, and the first day on which the first steps were
   finished, and the days with a form or an agent from the second to the third, both included. Reads the CTE `days` of the model that asks. #}
{% macro onboardings() -%}
select
    steps.customer_id,
    steps.first_event_date,
    steps.started_date,
    steps.finished_date,
    count(contacts.asked_date) as contact_days_count
from (
    select
        customer_id,
        min(activity_date) as first_event_date,
        min(case when behavior <> 'any_event' then activity_date end) as started_date,
        min(case when behavior = 'finished_onboarding' then activity_date end) as finished_date
    from {{ ref('int_customer_behavior_days') }}
    where behavior in ('started_onboarding', 'finished_onboarding', 'any_event')
    group by customer_id
) as steps
left join (select customer_id, asked_date from days where is_form + is_agent > 0) as contacts
    on steps.customer_id = contacts.customer_id
    and steps.started_date <= contacts.asked_date
    and steps.finished_date >= contacts.asked_date
group by steps.customer_id, steps.first_event_date, steps.started_date, steps.finished_date
{%- endmacro %}
