{%- set device_kinds = {'main_device': 'device_class', 'operating_system': 'system', 'browser': 'browser_family'} -%}
{%- set current_customer = 'case when customers.is_current then customers.customer_id end' -%}
-- one row per customer and as-of date: the situation in each scheme of the family, beside the measures that its rules name. Technologies and
-- connected apps are known at the current date only
with

declared as (
    {{ declared_flags(['product_events', 'technologies']) }}
),

stacks as (
    {{ technology_stacks() | indent(4) }}
),

rejected_technologies as (
    {{ rejected_technologies() | indent(4) }}
),

connections as (
    select behaviors.customer_id
    from {{ ref('int_customer_behavior_days') }} as behaviors
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and behaviors.activity_date <= spine.as_of_date
    where behaviors.behavior = 'connected_app'
    group by behaviors.customer_id
),

recorded as (
    select
        (select count(*) from connections) + (select count(*) from {{ ref('int_customer_technologies') }} where is_connected) > 0 as are_connections_recorded,
        declared.*
    from declared
),

facts as (
    select
        customers.customer_id,
        customers.as_of_date,
        customers.is_current,
        -- of who was seen before, a row that could not be used, perhaps of no known day, does not say that it was lately
        customers.has_rejected_product_rows and customers.last_engagement_beside_mail_date is null as has_only_rejected_rows,
        recorded.*,
        devices.customer_id is not null as is_seen,
        coalesce(devices.sightings_count, 0) as sightings_count,
        {%- for kind in device_kinds.values() %}
        devices.main_{{ kind }},
        coalesce(devices.{{ kind }}_known_count, 0) as {{ kind }}_sightings_count,
        devices.{{ kind }}_main_count / {{ double_literal('nullif(devices.' ~ kind ~ '_known_count, 0)') }} as main_{{ kind }}_ratio,
        {%- endfor %}
        {%- for one in ['mobile', 'desktop', 'tablet'] %}
        devices.device_class_{{ one }}_count / {{ double_literal('nullif(devices.device_class_known_count, 0)') }} as {{ one }}_device_ratio,
        {%- endfor %}
        devices.version_key,
        devices.newest_version_key,
        devices.releases_behind_count,
        {%- for count in ['technologies', 'tech_categories', 'connected_technologies', 'observed_technologies', 'enriched_technologies', 'confirmed_technologies'] %}
        cast(coalesce(stacks.{{ count }}_count, 0) as {{ dbt.type_bigint() }}) as {{ count }}_count,
        {%- endfor %}
        stacks.main_tech_category,
        stacks.main_category_technologies_count / {{ double_literal('nullif(stacks.categorized_technologies_count, 0)') }} as main_tech_category_ratio,
        stacks.confirmed_technologies_count / {{ double_literal('nullif(least(stacks.observed_technologies_count, stacks.enriched_technologies_count), 0)') }} as confirmed_technologies_ratio,
        stacks.customer_id is not null as is_technology_known,
        connections.customer_id is not null as has_connected_app,
        companies.customer_id is not null as is_company,
        rejected_technologies.customer_id is not null as has_rejected_technologies
    from {{ ref('int_customer_engagement_as_of') }} as customers
    cross join recorded
    left join {{ ref('int_customer_devices_as_of') }} as devices on customers.customer_id = devices.customer_id and customers.as_of_date = devices.as_of_date
    left join stacks on {{ current_customer }} = stacks.customer_id
    left join rejected_technologies on {{ current_customer }} = rejected_technologies.customer_id
    left join connections on {{ current_customer }} = connections.customer_id
    left join {{ ref('int_companies') }} as companies on {{ current_customer }} = companies.customer_id
)

select
    facts.*,
    {{ technographic_situations(device_kinds) }}
from facts
