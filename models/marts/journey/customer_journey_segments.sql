{%- set schemes = ['journey_stage', 'journey_pace'] -%}
with

labels as (
    {{ wide_labels(ref('journey_labels'), schemes) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    case
        when facts.journey_stage_situation like 'deal%' then 'deal'
        when facts.journey_stage_situation like 'signs%' then 'behavior'
        when facts.journey_stage_situation = 'bought' then 'purchase'
    end as journey_source,
    facts.open_stage as open_deal_stage,
    {%- for measure in ['open_deals_count', 'days_in_stage', 'days_open', 'days_since_closed', 'won_deals_count', 'days_since_purchase', 'days_since_sign'] %}
    cast(facts.{{ measure }} as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    cast(facts.usual_cycle_days as {{ type_double() }}) as usual_cycle_days,
    cast(facts.cycle_ratio as {{ type_double() }}) as cycle_ratio,
    facts.sign_stage
from {{ ref('journey_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
