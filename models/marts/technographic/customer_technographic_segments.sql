{%- set schemes = ['main_device', 'operating_system', 'browser', 'app_version', 'tech_stack', 'tech_category', 'connected_apps', 'technology_evidence'] -%}
with

labels as (
    {{ wide_labels(ref('technographic_labels'), schemes) }}
),

-- of equally often seen models the one seen last, then the first by the alphabet
models as (
    select
        days.customer_id,
        days.device_model,
        row_number() over (partition by days.customer_id order by count(*) desc, max(days.seen_date) desc, days.device_model) as position
    from {{ ref('int_customer_device_days') }} as days
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and days.seen_date <= spine.as_of_date
    cross join ({{ settings('technographic', ['device_days']) }}) as settings
    where days.device_model is not null
        and {{ days_between('days.seen_date', 'spine.as_of_date') }} < settings.device_days
    group by days.customer_id, days.device_model
),

lists as (
    select
        customer_id,
        {{ joined_texts('technology', '; ') }} as technologies,
        nullif({{ joined_texts('case when is_connected then technology end', '; ') }}, '') as connected_apps
    from {{ ref('int_customer_technologies') }}
    where is_in_use
    group by customer_id
),

categories as (
    select customer_id, {{ joined_texts('category', '; ') }} as tech_categories
    from (select customer_id, category from {{ ref('int_customer_technologies') }} where is_in_use and category is not null group by customer_id, category) as used
    group by customer_id
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    {%- for count in ['sightings', 'device_class_sightings', 'releases_behind', 'technologies', 'tech_categories', 'connected_technologies', 'observed_technologies', 'enriched_technologies', 'confirmed_technologies'] %}
    cast(facts.{{ count }}_count as {{ dbt.type_bigint() }}) as {{ count }}_count,
    {%- endfor %}
    facts.mobile_device_ratio,
    facts.tablet_device_ratio,
    facts.desktop_device_ratio,
    facts.main_device_class_ratio as main_device_ratio,
    models.device_model as main_device_model,
    facts.main_system_ratio as main_operating_system_ratio,
    facts.main_browser_family_ratio as main_browser_ratio,
    case when facts.version_key is not null then {{ version_of_key('facts.version_key') }} end as app_version,
    case when facts.version_key is not null then {{ version_of_key('facts.newest_version_key') }} end as newest_app_version,
    lists.technologies,
    lists.connected_apps,
    categories.tech_categories,
    facts.main_tech_category,
    facts.main_tech_category_ratio,
    facts.confirmed_technologies_ratio
from {{ ref('technographic_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
left join models
    on facts.customer_id = models.customer_id
    and models.position = 1
left join lists
    on facts.customer_id = lists.customer_id
left join categories
    on facts.customer_id = categories.customer_id
where facts.is_current
