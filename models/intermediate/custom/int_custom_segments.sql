{%- set rules_text = "concat(included.words, case when excluded.words is null then '' else concat('; but not: ', excluded.words) end)" -%}
-- one row per custom segment: the row of the catalogue, its rules in words and a hash of them
with

groups as (
    select
        custom_segment,
        part,
        group_number,
        {{ joined_texts('words', ' and ') }} as words
    from {{ ref('int_custom_conditions') }}
    group by custom_segment, part, group_number
),

parts as (
    select
        custom_segment,
        part,
        {{ joined_texts('words', '; or ') }} as words
    from groups
    group by custom_segment, part
)

select
    segments.custom_segment,
    segments.label,
    segments.owner,
    segments.purpose,
    segments.suggested_action,
    coalesce({{ try_cast('segments.minimum_size_count', 'bigint') }}, 0) as minimum_size_count,
    {{ try_cast('segments.frozen_on_date', 'date') }} as frozen_on_date,
    {{ rules_text }} as rules_text,
    md5({{ rules_text }}) as rules_hash
from {{ ref('custom_segment_catalogue') }} as segments
left join parts as included
    on segments.custom_segment = included.custom_segment
    and included.part = 'include'
left join parts as excluded
    on segments.custom_segment = excluded.custom_segment
    and excluded.part = 'exclude'
