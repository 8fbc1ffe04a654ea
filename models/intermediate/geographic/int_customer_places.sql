-- one row per customer of the current as-of date: where the customer is at home, as far as that is told, and what the lists know of the place
with

known as (
    select customer_id, as_of_date
    from {{ ref('int_customers_as_of') }}
    where is_current
),

homes as (
    select
        known.customer_id,
        known.as_of_date,
        customers.country_code as own_country_code,
        customers.unknown_country_code is not null as has_unknown_country,
        -- a company that tells no country is at home at its headquarters, one whose country cannot be read may be elsewhere; a person is not
        -- at home where a company is
        case
            when coalesce(customers.country_code, customers.unknown_country_code) is null and coalesce(customers.customer_type, '') <> 'consumer'
                then companies.headquarters_country_code
        end as headquarters_country_code,
        customers.region,
        customers.city,
        customers.district,
        customers.settlement_type,
        trim({{ word_text('customers.city') }}) as city_words
    from known
    inner join {{ ref('int_customers_accepted') }} as customers
        on known.customer_id = customers.customer_id
    left join {{ ref('int_companies') }} as companies
        on known.customer_id = companies.customer_id
)

select
    homes.customer_id,
    homes.as_of_date,
    coalesce(homes.own_country_code, homes.headquarters_country_code) as country_code,
    case
        when homes.own_country_code is not null then 'customer'
        when homes.headquarters_country_code is not null then 'headquarters'
    end as country_source,
    homes.has_unknown_country,
    countries.country_name,
    countries.continent,
    countries.sales_region,
    countries.climate_zone as country_climate_zone,
    countries.climate_zone_ratio as country_climate_ratio,
    homes.region,
    homes.city,
    homes.district,
    cities.city_name as listed_city_name,
    cities.inhabitants_count as city_inhabitants_count,
    cities.climate_zone as city_climate_zone,
    homes.settlement_type is not null as has_settlement_type,
    types.settlement_type
from homes
left join {{ ref('countries') }} as countries
    on coalesce(homes.own_country_code, homes.headquarters_country_code) = countries.country_code
-- a city is looked up in the customer's own country only: that of a headquarters may be another one
left join {{ ref('city_spellings') }} as spellings
    on homes.own_country_code = spellings.country_code
    and homes.city_words = spellings.spelling
left join {{ ref('cities') }} as cities
    on spellings.city_id = cities.city_id
left join {{ ref('settlement_types') }} as types
    on homes.settlement_type = types.spelling
