-- one row per customer of the current as-of date and technology seen by then: its category, whether it is in use, and which sources say so
with

as_of as (
    select spine.as_of_date, settings.in_use_days
    from {{ ref('int_as_of_dates') }} as spine
    cross join ({{ settings('technographic', ['in_use_days']) }}) as settings
    where spine.is_current
),

-- merged customers bring several rows of one technology and source
told as (
    select
        technologies.customer_id,
        technologies.technology,
        technologies.source,
        as_of.as_of_date,
        min(sources.source_class) as source_class,
        min(case when technologies.category is not null then coalesce(categories.category, 'other') end) as category,
        case when count(technologies.first_seen_date) = count(*) then min(technologies.first_seen_date) end as first_seen_date,
        -- what is seen after the date is in use on it
        case when count(case when technologies.last_seen_date <= as_of.as_of_date then 1 end) = count(*) then max(technologies.last_seen_date) end as last_seen_date,
        max(case when {{ days_between('technologies.last_seen_date', 'as_of.as_of_date') }} >= as_of.in_use_days then 0 else 1 end) as is_in_use
    from {{ accepted_relation('technologies') | indent(4) }} as technologies
    cross join as_of
    left join {{ ref('technology_categories') }} as categories
        on technologies.category = categories.spelling
    left join {{ ref('technology_sources') }} as sources
        on technologies.source = sources.spelling
    where coalesce(technologies.first_seen_date <= as_of.as_of_date, true)
    group by technologies.customer_id, technologies.technology, technologies.source, as_of.as_of_date
),

-- the category that most rows tell stands in where one tells none
usual as (
    select technology, category, row_number() over (partition by technology order by count(*) desc, category) as position
    from told
    where category is not null
    group by technology, category
)

select
    told.customer_id,
    told.as_of_date,
    told.technology,
    coalesce(min(told.category), min(usual.category)) as category,
    case when count(told.first_seen_date) = count(*) then min(told.first_seen_date) end as first_seen_date,
    case when count(told.last_seen_date) = count(*) then max(told.last_seen_date) end as last_seen_date,
    max(told.is_in_use) = 1 as is_in_use,
    -- of what is in use: who says that it is
    max(case when told.source_class = 'connected' then told.is_in_use else 0 end) = 1 as is_connected,
    max(case when told.source_class in ('connected', 'observed', 'stated') then told.is_in_use else 0 end) = 1 as is_observed,
    max(case when told.source_class = 'enriched' then told.is_in_use else 0 end) = 1 as is_enriched,
    {{ joined_texts('told.source', '; ') }} as sources
from told
inner join {{ ref('int_customers_as_of') }} as customers
    on told.customer_id = customers.customer_id
    and told.as_of_date = customers.as_of_date
left join usual
    on told.technology = usual.technology
    and usual.position = 1
group by told.customer_id, told.as_of_date, told.technology
