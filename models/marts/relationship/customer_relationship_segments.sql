{%- set schemes = ['relationship', 'trial_status', 'buying_centre'] -%}
with

labels as (
    {{ wide_labels(ref('relationship_labels'), schemes) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    facts.is_user,
    facts.days_since_first_purchase is not null as is_buyer,
    facts.first_used_date,
    facts.users_count,
    facts.running_kind as running_unpaid_plan,
    {%- for measure in ['days_since_trial_end', 'days_from_trial_to_paid'] %}
    cast(facts.{{ measure }} as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    facts.has_had_deal,
    {%- for measure in ['contacts_count', 'decision_makers_count', 'buyers_count', 'champions_count', 'end_users_count'] %}
    cast(case when facts.is_company then coalesce(facts.{{ measure }}, 0) end as {{ dbt.type_bigint() }}) as {{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('relationship_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
where facts.is_current
