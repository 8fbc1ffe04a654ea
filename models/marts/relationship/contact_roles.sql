{#- who is said not to decide does not, whatever the title -#}
{%- set there = {
    'stated': ["''", 'is_decision_maker'],
    'seniority': ['job_seniority', 'is_decision_maker is null'],
    'engagement': ["''", 'is_engaged'],
    'orders': ["''", 'orders_count > 0'],
    'function': ['job_function', 'true'],
    'use': ["''", 'users_count > 0'],
} -%}
with

limits as (
    {{ settings('relationship', ['champion_days_count', 'champion_kinds_count']) }}
),

signs as (
    select
        contacts.*,
        contacts.engaged_days_count >= limits.champion_days_count
        and {% for measure in ['use_days_count', 'click_days_count', 'webinar_days_count', 'orders_count'] -%}
            case when contacts.{{ measure }} > 0 then 1 else 0 end {{ '+ ' if not loop.last }}
        {%- endfor %} >= limits.champion_kinds_count as is_engaged
    from {{ ref('int_contact_signs') }} as contacts
    cross join limits
),

given as (
    {%- for sign, (word, is_there) in there.items() %}
    select contact_id, '{{ sign }}' as sign, {{ word }} as word
    from signs
    where {{ is_there }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- a person may have several roles; the first of the list is the one that is called the role
roles as (
    select
        given.contact_id,
        min_by(known.contact_role, known.priority) as contact_role,
        min_by(known.reason, known.priority) as contact_role_reason
        {%- for role in ['decision_maker', 'buyer', 'champion', 'end_user'] %},
        max(case when known.contact_role = '{{ role }}' then 1 else 0 end) = 1 as is_{{ role }}
        {%- endfor %}
    from given
    inner join (select sign, coalesce(word, '') as word, contact_role, priority, reason from {{ ref('contact_role_signs') }}) as known
        on given.sign = known.sign
        and given.word = known.word
    group by given.contact_id
)

select
    signs.contact_id,
    signs.customer_id,
    signs.as_of_date,
    coalesce(roles.contact_role, 'unknown') as contact_role,
    coalesce(roles.contact_role_reason, 'nothing tells the role') as contact_role_reason,
    {%- for role in ['decision_maker', 'buyer', 'champion', 'end_user'] %}
    coalesce(roles.is_{{ role }}, false) as is_{{ role }},
    {%- endfor %}
    signs.is_decision_maker as is_stated_decision_maker,
    signs.job_function,
    signs.department_function as department,
    signs.responsibility_functions as responsibilities,
    signs.job_seniority,
    signs.orders_count,
    signs.users_count,
    signs.engaged_days_count,
    signs.use_days_count,
    signs.click_days_count,
    signs.webinar_days_count
from signs
left join roles
    on signs.contact_id = roles.contact_id
