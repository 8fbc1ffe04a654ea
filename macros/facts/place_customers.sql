{# One row per place of the finest level (continent to district) where customers of the current as-of date are at home, with their number and
   the revenue of the last 365 days that they brought. Of each level <level>_words, by which names are compared (LONDON and London are one
   place, and so is a listed city under all its names), and <level>_name to be shown: "(unknown)" without words. #}
{% macro place_customers() -%}
{%- set levels = {'continent': 'continent', 'country': 'country_code', 'region': 'region', 'city': 'coalesce(listed_city_name, city)', 'district': 'district'} -%}
    select
        places.as_of_date,
        {%- for level, name in levels.items() %}
        coalesce(trim({{ word_text(name) }}), '') as {{ level }}_words,
        case when min(trim({{ word_text(name) }})) <> '' then min({{ name }}) else '(unknown)' end as {{ level }}_name,
        {%- endfor %}
        count(*) as customers_count,
        sum(coalesce(purchases.net_last_365_days_amount, 0) + coalesce(contracts.subscription_revenue_last_365_days_amount, 0)) as revenue_amount
    from {{ ref('int_customer_places') }} as places
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on places.customer_id = purchases.customer_id
        and places.as_of_date = purchases.as_of_date
    left join {{ ref('int_customer_contracts_as_of') }} as contracts
        on places.customer_id = contracts.customer_id
        and places.as_of_date = contracts.as_of_date
    group by places.as_of_date{% for name in levels.values() %}, coalesce(trim({{ word_text(name) }}), ''){% endfor %}
{%- endmacro %}
