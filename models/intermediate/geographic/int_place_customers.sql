{%- set levels = {'continent': 'continent', 'country': 'country_code', 'region': 'region', 'city': 'city_shown', 'district': 'district'} -%}
-- one row per place of the finest level (continent to district) where customers of the current as-of date are at home: how many, and the
-- revenue of the last 365 days that they brought. Names are compared by their words: LONDON and London are one place
with

homes as (
    select
        places.*,
        -- one city under whatever name
        coalesce(places.listed_city_name, places.city) as city_shown,
        coalesce(purchases.net_last_365_days_amount, 0) + coalesce(contracts.subscription_revenue_last_365_days_amount, 0) as revenue_amount
    from {{ ref('int_customer_places') }} as places
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on places.customer_id = purchases.customer_id
        and places.as_of_date = purchases.as_of_date
    left join {{ ref('int_customer_contracts_as_of') }} as contracts
        on places.customer_id = contracts.customer_id
        and places.as_of_date = contracts.as_of_date
)

select
    as_of_date,
    {%- for level, column in levels.items() %}
    coalesce(trim({{ word_text(column) }}), '') as {{ level }}_words,
    coalesce(min({{ column }}), '(unknown)') as {{ level }}_name,
    {%- endfor %}
    count(*) as customers_count,
    sum(revenue_amount) as revenue_amount
from homes
group by as_of_date{% for column in levels.values() %}, coalesce(trim({{ word_text(column) }}), ''){% endfor %}
