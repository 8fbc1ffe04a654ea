{%- set sources = ['device_type', 'operating_system', 'browser'] -%}
-- one row per sighting, a user of a customer on a day with one device: what the device is in known words. What a version says is known of no
-- device and no day alone, so it makes no sightings of its own: of several on one device and day the newest counts
with

events as (
    select
        customer_id,
        coalesce(user_id, '') as user_id,
        occurred_date as seen_date,
        {%- for source in sources %}
        coalesce({{ source }}, '') as {{ source }},
        {%- endfor %}
        device_model,
        app_version
    from {{ ref('int_product_events_owned') }}
    group by customer_id, coalesce(user_id, ''), occurred_date{% for source in sources %}, coalesce({{ source }}, ''){% endfor %}, device_model, app_version
),

devices as (
    {{ device_words('events', sources, {'device_class': 'device_type', 'system': 'operating_system', 'browser_family': 'browser'}) | indent(4) }}
),

versions as (
    select
        app_version,
        {{ version_key('app_version') }} as version_key
    from (select distinct app_version from events where app_version is not null) as told
)

select
    events.customer_id,
    events.user_id,
    events.seen_date,
    devices.device_class,
    events.device_model,
    devices.system,
    devices.browser_family,
    max(versions.version_key) as version_key
from events
left join devices
    on events.device_type = devices.device_type
    and events.operating_system = devices.operating_system
    and events.browser = devices.browser
left join versions
    on events.app_version = versions.app_version
group by
    events.customer_id, events.user_id, events.seen_date, devices.device_class, events.device_model, devices.system, devices.browser_family
