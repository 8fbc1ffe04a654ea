{%- set levels, hidden = ['continent', 'country', 'region', 'city', 'district'], "'(other places)'" -%}
-- one row per level and place: customers at home there and their revenue of the last 365 days. Small places stand together as "(other
-- places)" of the place above; too few for that, they count in the smallest place that is shown, in one row of it on each level below: the
-- finest rows part the customers into sets, none small but "(unknown)", which names no place; all that can be worked out is several of these
with

settings as (
    {{ settings('place', ['fewest_customers_count']) }}
),

everywhere as (
    select places.*, settings.*, '(everywhere)' as everywhere, false as everywhere_is_small
    from ({{ place_customers() }}) as places
    cross join settings
),

{% for level in levels -%}
{%- set above = (['everywhere'] + levels)[:loop.index] -%}
{{ level }}_sizes as (
    select
        *,
        sum(customers_count) over (partition by {{ above | join(', ') }}, {{ above[-1] }}_is_small, {{ level }}_words) as {{ level }}_customers_count,
        min({{ level }}_name) over (partition by {{ above | join(', ') }}, {{ above[-1] }}_is_small, {{ level }}_words) as {{ level }}_shown_name
    from {{ above[-1] }}
),

{{ level }}_judged as (
    select
        *,
        -- what was small on a level above is so wherever it is counted
        {{ above[-1] }}_is_small or ({{ level }}_words <> '' and {{ level }}_customers_count < fewest_customers_count) as {{ level }}_is_small
    from {{ level }}_sizes
),

{{ level }} as (
    select
        *,
        case
            when not {{ level }}_is_small then {{ level }}_shown_name
            when sum(case when {{ level }}_is_small then customers_count end) over (partition by {{ above | join(', ') }}) >= fewest_customers_count
                then {{ hidden }}
            else coalesce(first_value(case when not {{ level }}_is_small then {{ level }}_shown_name end) over (
                partition by {{ above | join(', ') }}
                order by {{ level }}_is_small, {{ level }}_words = '', {{ level }}_customers_count, {{ level }}_words
            ), {{ hidden }})
        end as {{ level }}
    from {{ level }}_judged
),

{% endfor -%}
shown as (
    select
        as_of_date, {{ levels | join(', ') }}, sum(customers_count) as customers_count, sum(revenue_amount) as revenue_amount
        {%- for level in levels %},
        count(case when {{ level }}_is_small then 1 end) > 0 as {{ level }}_has_others
        {%- endfor %}
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
    case{% for level in levels | reverse %} when shown.{{ level }} is not null then shown.{{ level }}_has_others{% endfor %} end as has_other_places,
    cast(shown.customers_count as {{ dbt.type_bigint() }}) as customers_count,
    cast(shown.customers_count as {{ type_double() }}) / sum(shown.customers_count) over (partition by {{ place_level }}) as customers_ratio,
    cast(shown.revenue_amount as decimal(18, 2)) as revenue_amount,
    cast(shown.revenue_amount as {{ type_double() }}) / nullif(sum(shown.revenue_amount) over (partition by {{ place_level }}), 0) as revenue_ratio
from shown
left join {{ ref('countries') }} as countries
    on shown.country = countries.country_code
