{%- set schemes = ['usage_activity', 'usage_breadth', 'usage_depth', 'usage_stickiness', 'plan_tier', 'category_affinity'] -%}
with

labels as (
    {{ wide_labels(ref('product_usage_labels'), schemes) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    facts.users_count > 0 or facts.last_use_date is not null as is_user,
    facts.users_count,
    -- of whom nobody knows what was used it is not known either how much
    case when facts.usage_activity_situation not in ('unknown', 'rejected') then facts.active_users_count end as active_users_count,
    case when facts.usage_activity_situation not in ('unknown', 'rejected') then facts.active_users_ratio end as active_users_ratio,
    facts.first_use_date,
    facts.last_use_date,
    {%- for measure in ['days_since_last_use', 'use_days_count', 'use_events_count', 'features_count'] %}
    cast(case when facts.usage_activity_situation not in ('unknown', 'rejected') then facts.{{ measure }} end as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    facts.events_per_use_day,
    case when facts.last_use_date is not null then facts.use_days_per_month end as use_days_per_month,
    facts.plan_kind,
    cast(coalesce(facts.running_plans_count, 0) as {{ dbt.type_bigint() }}) as running_plans_count,
    facts.affinity_category,
    case when facts.affinity_category is not null then facts.affinity_index end as affinity_index,
    cast(facts.affinity_lines_count as {{ dbt.type_bigint() }}) as affinity_lines_count,
    facts.main_product_line,
    facts.main_product_line_ratio
from {{ ref('product_usage_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
where facts.is_current
