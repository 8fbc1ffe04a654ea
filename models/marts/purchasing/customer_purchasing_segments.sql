{%- set schemes = ['purchase_frequency', 'second_purchase', 'price_payment', 'basket_size', 'plan_interval', 'purchasing_structure'] -%}
with

labels as (
    {{ wide_labels(ref('purchasing_labels'), schemes) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    {%- for measure in ['orders_count', 'purchase_days_count'] %}
    cast(coalesce(facts.{{ measure }}, 0) as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    {%- for measure in ['recent_orders_count', 'recent_full_price_orders_count'] %}
    -- who never ordered paid none in full; of whom nobody knows it is not known
    cast(coalesce(facts.{{ measure }}, case when facts.price_payment_situation in ('never_bought', 'contract_only') then 0 end) as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    {%- for measure in ['own_gaps_count', 'days_to_second_purchase', 'running_subscriptions_count',
        'ordering_contacts_count', 'order_sites_count'] %}
    cast(facts.{{ measure }} as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    {%- for measure in ['own_median_gap_days', 'population_median_gap_days', 'own_gap_ratio', 'median_days_to_second_purchase', 'second_purchase_ratio',
        'recent_full_price_ratio', 'full_price_ratio', 'main_interval_ratio', 'main_contact_ratio', 'main_site_ratio'] %}
    cast(facts.{{ measure }} as {{ type_double() }}) as {{ measure }},
    {%- endfor %}
    facts.average_order_amount,
    facts.average_order_items_quantity,
    facts.small_basket_amount,
    facts.medium_basket_amount,
    facts.main_billing_interval,
    facts.procurement_model
from {{ ref('purchasing_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
where facts.is_current
