-- one row per customer: its situation at the current date in each scheme of the family, beside what its rules name. Sources tell today's
-- places only, so there are no earlier dates
with

declared as (
    {{ declared_flags(['orders']) }}
)

select
    customers.customer_id,
    customers.as_of_date,
    customers.is_current,
    places.country_code,
    places.country_source,
    places.listed_city_name,
    places.city_inhabitants_count,
    places.country_climate_ratio,
    {%- for kind in ['stand_alone', 'mall', 'other_store', 'online', 'unknown_store', 'untold'] %}
    kinds.{{ kind }}_orders_ratio,
    {%- endfor %}
    kinds.store_kind_orders_count,
    kinds.main_store_kind_ratio,
    kinds.reachable_store_kind_ratio,
    {%- for scheme in ['continent', 'sales_region'] %}
    case
        when {{ scheme }} is not null and country_source = 'customer' then {{ scheme }}
        when {{ scheme }} is not null then concat({{ scheme }}, '_by_headquarters')
        when country_code is not null then 'unassigned'
        when has_unknown_country then 'unmapped'
        else 'unknown'
    end as {{ scheme }}_situation,
    {%- endfor %}
    case
        when settlement_type in ('suburban', 'rural') then settlement_type
        when city_inhabitants_count is not null then 'listed'
        when settlement_type is not null then settlement_type
        when city is not null and country_source = 'customer' then 'unlisted'
        when has_settlement_type then 'unmapped'
        else 'unknown'
    end as settlement_situation,
    case
        when city_climate_zone is not null then city_climate_zone
        when country_climate_zone is not null then concat(country_climate_zone, '_by_country')
        when has_unknown_country then 'unmapped'
        else 'unknown'
    end as climate_zone_situation,
    case
        when not has_orders then 'unknown'
        when kinds.customer_id is null and customers.has_rejected_orders then 'rejected'
        when kinds.customer_id is null then 'no_orders'
        when store_kind_orders_count = 0 then 'assisted'
        -- the largest kind, of equals the first. Where as many orders are of no known kind, the others do not say how the customer buys
        when no_known_kind_orders_count >= main_store_kind_orders_count then 'unrecorded'
        {%- for kind in ['stand_alone', 'mall', 'other_store', 'online'] %}
        when {{ kind }}_orders_count = main_store_kind_orders_count then '{{ kind }}'
        {%- endfor %}
    end as store_kind_situation
from {{ ref('int_customers_as_of') }} as customers
cross join declared
inner join {{ ref('int_customer_places') }} as places
    on customers.customer_id = places.customer_id
    and customers.as_of_date = places.as_of_date
left join {{ ref('int_customer_store_kinds') }} as kinds
    on customers.customer_id = kinds.customer_id
