{# One row per as-of date, operating system and version that some customer of the CTE `last_versions` uses, if newer ones of that system were
   released by then: how many, and the newest. A version is released on the day on which as many customers were seen with it as the CTE
   `settings` says, so what only testers have is no release. #}
{% macro newer_releases() -%}
    select used.as_of_date, used.system, used.version_key, count(*) as releases_behind_count, max(releases.version_key) as newest_version_key
    from (select as_of_date, system, version_key from last_versions where position = 1 group by as_of_date, system, version_key) as used
    inner join (
        select system, version_key, first_date as released_date
        from (
            select seen.*, row_number() over (partition by system, version_key order by first_date, customer_id) as customers_count
            from (
                select coalesce(system, '') as system, version_key, customer_id, min(seen_date) as first_date
                from {{ ref('int_customer_device_days') }}
                where version_key is not null
                group by coalesce(system, ''), version_key, customer_id
            ) as seen
        ) as numbered
        inner join settings on numbered.customers_count = settings.release_customers_count
    ) as releases
        on used.system = releases.system
        and used.version_key < releases.version_key
        and used.as_of_date >= releases.released_date
    group by used.as_of_date, used.system, used.version_key
{%- endmacro %}
