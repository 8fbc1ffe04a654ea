{%- set schemes = ['account_tier', 'account_fit', 'revenue_potential'] -%}
with

labels as (
    {{ wide_labels(ref('account_labels'), schemes) }}
),

-- each account once, however many companies it has; equal scores share a rank
ranks as (
    select
        facts.account_customer_id,
        rank() over (order by facts.account_score desc) as tier_rank
    from {{ ref('account_facts') }} as facts
    inner join labels
        on facts.customer_id = labels.customer_id
    where facts.customer_id = facts.account_customer_id
        and labels.account_tier_segment like 'tier%'
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    facts.account_customer_id,
    facts.account_customer_id <> facts.customer_id as is_decided_at_parent,
    cast(ranks.tier_rank as {{ dbt.type_bigint() }}) as tier_rank,
    {%- for measure in ['fit_points', 'fit_known_points', 'fit_maximum_points', 'potential_points', 'potential_known_points', 'potential_maximum_points'] %}
    cast(facts.{{ measure }} as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    {%- for measure in ['fit_ratio', 'potential_ratio', 'known_ratio', 'account_score'] %}
    cast(facts.{{ measure }} as {{ type_double() }}) as {{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('account_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
left join ranks
    on facts.account_customer_id = ranks.account_customer_id
