{%- set schemes = ['self_reported_channel', 'first_touch_channel', 'acquisition_agreement', 'referral'] -%}
with

labels as (
    {{ wide_labels(ref('acquisition_labels'), schemes) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    facts.first_touch_evidence,
    facts.is_referrer_known,
    cast(facts.referred_customers_count as {{ dbt.type_bigint() }}) as referred_customers_count
from {{ ref('acquisition_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
