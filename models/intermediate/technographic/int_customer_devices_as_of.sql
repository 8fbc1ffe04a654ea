{%- set kinds = {
    'device_class': ['mobile', 'desktop', 'tablet'],
    'system': ['windows', 'macos', 'ios', 'android', 'linux', 'chrome_os', 'other'],
    'browser_family': ['chrome', 'safari', 'edge', 'firefox', 'samsung_internet', 'opera', 'other'],
} -%}
-- one row per customer and as-of date with a sighting in the window before it: the most seen class of device, operating system and browser, and
-- the version of the application seen last with the number of newer ones that were released on its operating system by then
with

settings as (
    {{ settings('technographic', ['device_days', 'release_customers_count']) }}
),

-- each day with each as-of date it counts for, decided once for all customers
calendar as (
    select days.seen_date, spine.as_of_date
    from (select seen_date from {{ ref('int_customer_device_days') }} group by seen_date) as days
    inner join {{ ref('int_as_of_dates') }} as spine on days.seen_date <= spine.as_of_date
    cross join settings
    where {{ days_between('days.seen_date', 'spine.as_of_date') }} < settings.device_days
),

counts as (
    select
        days.customer_id,
        calendar.as_of_date,
        count(*) as sightings_count
        {%- for kind, among in kinds.items() %}
        {%- for one in among %},
        count(case when days.{{ kind }} = '{{ one }}' then 1 end) as {{ kind }}_{{ one }}_count
        {%- endfor %}
        {%- endfor %}
    from {{ ref('int_customer_device_days') }} as days
    inner join calendar on days.seen_date = calendar.seen_date
    group by days.customer_id, calendar.as_of_date
),

last_versions as (
    select
        days.customer_id,
        calendar.as_of_date,
        days.version_key,
        coalesce(days.system, '') as system,
        row_number() over (partition by days.customer_id, calendar.as_of_date order by days.seen_date desc, days.version_key desc, days.system) as position
    from {{ ref('int_customer_device_days') }} as days
    inner join calendar on days.seen_date = calendar.seen_date
    where days.version_key is not null
    group by days.customer_id, calendar.as_of_date, days.seen_date, days.version_key, days.system
),

newer as (
    {{ newer_releases() | indent(4) }}
)

select
    counts.*
    {%- for kind, among in kinds.items() %},
    {{ kind }}_{{ among | join('_count + ' ~ kind ~ '_') }}_count as {{ kind }}_known_count,
    greatest({{ kind }}_{{ among | join('_count, ' ~ kind ~ '_') }}_count) as {{ kind }}_main_count,
    case greatest({{ kind }}_{{ among | join('_count, ' ~ kind ~ '_') }}_count)
        when 0 then null
        {%- for one in among %}
        when {{ kind }}_{{ one }}_count then '{{ one }}'
        {%- endfor %}
    end as main_{{ kind }}
    {%- endfor %},
    last_versions.version_key,
    coalesce(newer.newest_version_key, last_versions.version_key) as newest_version_key,
    case when last_versions.version_key is not null then coalesce(newer.releases_behind_count, 0) end as releases_behind_count
from counts
left join last_versions
    on counts.customer_id = last_versions.customer_id
    and counts.as_of_date = last_versions.as_of_date
    and last_versions.position = 1
left join newer
    on last_versions.as_of_date = newer.as_of_date
    and last_versions.system = newer.system
    and last_versions.version_key = newer.version_key
