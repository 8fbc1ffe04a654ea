{%- set ways = ['help_page', 'form', 'agent'] -%}
-- one row per customer and as-of date: days with a help page, a form and an agent in the window of support, how the first steps went, and
-- whether a row that may tell of it could not be used. A day counts once for each way
with

asked as (
    select
        coalesce(tickets.customer_id, users.customer_id) as customer_id,
        tickets.opened_date as asked_date,
        -- a ticket is a contact, whatever its channel is called
        coalesce(channels.support_way, 'agent') as support_way
    from {{ accepted_relation('support_tickets') | indent(4) }} as tickets
    left join {{ accepted_relation('users') | indent(4) }} as users
        on tickets.user_id = users.user_id
    left join {{ ref('support_channels') }} as channels
        on tickets.channel = channels.spelling
    union all
    select
        customer_id,
        activity_date as asked_date,
        case behavior when 'visited_help_page' then 'help_page' else 'form' end as support_way
    from {{ ref('int_customer_behavior_days') }}
    where behavior in ('visited_help_page', 'filled_contact_form')
),

days as (
    select
        customer_id,
        asked_date
        {%- for way in ways %},
        max(case when support_way = '{{ way }}' then 1 else 0 end) as is_{{ way }}
        {%- endfor %}
    from asked
    where customer_id is not null
    group by customer_id, asked_date
),

windows as (
    {{ support_windows(ways) | indent(4) }}
),

onboardings as (
    {{ onboardings() | indent(4) }}
),

rejected as (
    {{ rejected_conversations() | indent(4) }}
)

select
    customers.customer_id,
    customers.as_of_date,
    customers.is_current,
    -- beside events that could be used one that could not says little
    coalesce(rejected.first_rejected_ticket_date <= customers.as_of_date, false)
    or coalesce(rejected.first_rejected_event_date <= customers.as_of_date, false)
    and coalesce(onboardings.first_event_date > customers.as_of_date, true) as has_rejected_support_rows,
    {%- for measure in ways + ['contact'] %}
    coalesce(windows.{{ measure }}_days_count, 0) as {{ measure }}_days_count,
    {%- endfor %}
    case when onboardings.started_date <= customers.as_of_date then onboardings.started_date end as onboarding_started_date,
    case when onboardings.finished_date <= customers.as_of_date then onboardings.finished_date end as onboarding_finished_date,
    case when onboardings.finished_date <= customers.as_of_date then onboardings.contact_days_count end as onboarding_contact_days_count
from {{ ref('int_customers_as_of') }} as customers
left join windows
    on customers.customer_id = windows.customer_id
    and customers.as_of_date = windows.as_of_date
left join onboardings
    on customers.customer_id = onboardings.customer_id
left join rejected
    on customers.customer_id = rejected.customer_id
