{# One row per device that campaign events of a relation name (columns device_type, operating_system, not both null): its class and its
   platform, by the patterns of the seed email_devices; none where no pattern fits. The class goes by the word for the device first, the
   platform by that for the operating system. #}
{% macro email_devices(relation) -%}
select
    device_type,
    operating_system,
    max(case when class_choice = 1 then device_class end) as device_class,
    max(case when platform_choice = 1 then platform end) as platform
from (
    select
        words.device_type,
        words.operating_system,
        patterns.device_class,
        patterns.platform,
        {%- for column, first, choice in [('device_class', 'device_type', 'class_choice'), ('platform', 'operating_system', 'platform_choice')] %}
        row_number() over (
            partition by words.device_type, words.operating_system
            order by
                case when patterns.{{ column }} is null then 1 else 0 end,
                case when patterns.source_column = '{{ first }}' then 0 else 1 end,
                length(patterns.pattern) desc,
                patterns.pattern,
                patterns.source_column
        ) as {{ choice }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            coalesce(device_type, '') as device_type,
            coalesce(operating_system, '') as operating_system
        from {{ relation }}
        group by coalesce(device_type, ''), coalesce(operating_system, '')
    ) as words
    inner join {{ ref('email_devices') }} as patterns
        on case patterns.source_column when 'device_type' then words.device_type else words.operating_system end like patterns.pattern
) as fitting
group by device_type, operating_system
{%- endmacro %}
