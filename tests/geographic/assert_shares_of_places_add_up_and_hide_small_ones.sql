-- on every level the places are all customers, each place is the places within it, and none that is named is smaller than the least shown
with

shares as (
    select
        shares.*,
        {%- set levels = ['continent', 'country_code', 'region', 'city', 'district'] %}
        {%- for level in levels %}
        {{ 'case' if loop.first }} when place_level = '{{ level | replace('_code', '') }}' then {{ loop.index }}{{ ' end as depth' if loop.last }}
        {%- endfor %}
    from {{ ref('geographic_shares') }} as shares
),

least as (
    {{ settings('place', ['fewest_customers_count']) }}
),

totals as (
    select count(*) as customers_count
    from {{ ref('int_customers_as_of') }}
    where is_current
),

sums as (
    select depth, sum(customers_count) as customers_count
    from shares
    group by depth
),

within as (
    {%- for level in levels[1:] %}
    {%- set above = levels[:loop.index] %}
    select {{ loop.index }} as depth, {% for place in levels[:-1] %}{{ place if place in above else 'cast(null as ' ~ dbt.type_string() ~ ') as ' ~ place }}, {% endfor %}
        sum(customers_count) as customers_count, sum(revenue_amount) as revenue_amount, count(*) as places_count
    from shares
    where depth = {{ loop.index + 1 }}
    group by {{ above | join(', ') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select concat('the places of level ', cast(sums.depth as {{ dbt.type_string() }}), ' are not all customers') as problem
from sums
cross join totals
where sums.customers_count <> totals.customers_count
union all
select concat(shares.place_level, ' is not what lies within: ', shares.continent) as problem
from shares
left join within
    on shares.depth = within.depth
    and concat(shares.continent, coalesce(shares.country_code, ''), '|', coalesce(shares.region, ''), '|', coalesce(shares.city, ''))
    = concat(within.continent, coalesce(within.country_code, ''), '|', coalesce(within.region, ''), '|', coalesce(within.city, ''))
where shares.depth < 5
    and (coalesce(shares.customers_count <> within.customers_count, true) or abs(shares.revenue_amount - within.revenue_amount) > 0.01 * (within.places_count + 1))
union all
select concat(shares.place_level, ' of fewer customers than are shown') as problem
from shares
cross join least
cross join totals
where shares.customers_count < least.fewest_customers_count
    and shares.customers_count < totals.customers_count
    -- "(unknown)" names no place, and what lies in it is all of it
    and coalesce(shares.district, shares.city, shares.region, shares.country_code, shares.continent) <> '(unknown)'
    and not (
        shares.is_rolled_up
        and '(unknown)' in (shares.continent, coalesce(shares.country_code, ''), coalesce(shares.region, ''), coalesce(shares.city, ''))
    )
