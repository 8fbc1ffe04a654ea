{%- set levels = ['continent', 'country', 'region', 'city', 'district'] -%}
{%- set hidden = "'(other places)'" -%}
-- one row per level and place: the customers at home there and the revenue of the last 365 days that they brought. Places with too few
-- customers stand together as "(other places)" of the place above, with the next smallest one where even together they are too few: else
-- they would be what the places that are shown leave of the place above
with

settings as (
    {{ settings('place', ['fewest_customers_count']) }}
),

everywhere as (
    select places.*, '(everywhere)' as everywhere
    from ({{ place_customers() }}) as places
),

{% for level in levels -%}
{%- set above = (['everywhere'] + levels)[:loop.index] -%}
{%- set cells = above[-1] -%}
{{ level }}_sizes as (
    select
        {{ above | join(', ') }},
        {{ level }}_words,
        min({{ level }}_name) as place_name,
        sum(customers_count) as place_customers_count,
        -- those of all smaller places of the place above
        coalesce(sum(sum(customers_count)) over (
            partition by {{ above | join(', ') }}
            order by sum(customers_count), {{ level }}_words
            rows between unbounded preceding and 1 preceding
        ), 0) as smaller_customers_count
    from {{ cells }}
    group by {{ above | join(', ') }}, {{ level }}_words
),

{{ level }} as (
    select
        cells.*,
        case
            when cells.{{ above[-1] }} = {{ hidden }} or place_customers_count < fewest_customers_count then {{ hidden }}
            when smaller_customers_count > 0 and smaller_customers_count < fewest_customers_count then {{ hidden }}
            else place_name
        end as {{ level }}
    from {{ cells }} as cells
    cross join settings
    inner join {{ level }}_sizes as sizes
        on cells.{{ level }}_words = sizes.{{ level }}_words
        {%- for place in above %}
        and cells.{{ place }} = sizes.{{ place }}
        {%- endfor %}
),

{% endfor -%}
shown as (
    select as_of_date, {{ levels | join(', ') }}, sum(customers_count) as customers_count, sum(revenue_amount) as revenue_amount
    from {{ levels[-1] }}
    group by as_of_date, rollup({{ levels | join(', ') }})
    having continent is not null
)

select
    shown.as_of_date,
    {%- set place_level %}case{% for level in levels | reverse %} when shown.{{ level }} is not null then '{{ level }}'{% endfor %} end{% endset %}
    {{ place_level }} as place_level,
    shown.continent,
    shown.country as country_code,
    coalesce(countries.country_name, shown.country) as country_name,
    shown.region,
    shown.city,
    shown.district,
    coalesce(shown.district, shown.city, shown.region, shown.country, shown.continent) = {{ hidden }} as is_rolled_up,
    cast(shown.customers_count as {{ dbt.type_bigint() }}) as customers_count,
    cast(shown.customers_count as {{ type_double() }}) / sum(shown.customers_count) over (partition by {{ place_level }}) as customers_ratio,
    cast(shown.revenue_amount as decimal(18, 2)) as revenue_amount,
    cast(shown.revenue_amount as {{ type_double() }}) / nullif(sum(shown.revenue_amount) over (partition by {{ place_level }}), 0) as revenue_ratio
from shown
left join {{ ref('countries') }} as countries
    on shown.country = countries.country_code
