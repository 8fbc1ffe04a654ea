{%- set schemes = ['continent', 'sales_region', 'settlement', 'climate_zone', 'store_kind'] -%}
with

labels as (
    {{ wide_labels(ref('geographic_labels'), schemes) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    facts.country_code,
    places.country_name,
    facts.country_source,
    places.region,
    places.city,
    facts.listed_city_name,
    cast(facts.city_inhabitants_count as {{ dbt.type_bigint() }}) as city_inhabitants_count,
    cast(coalesce(facts.store_kind_orders_count, 0) as {{ dbt.type_bigint() }}) as store_kind_orders_count,
    {%- for kind in ['stand_alone', 'mall', 'other_store', 'online', 'unknown_store', 'untold'] %}
    facts.{{ kind }}_orders_ratio,
    {%- endfor %}
    facts.main_store_kind_ratio
from {{ ref('geographic_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
inner join {{ ref('int_customer_places') }} as places
    on facts.customer_id = places.customer_id
