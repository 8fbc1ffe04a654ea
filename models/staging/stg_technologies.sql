{% set made = ['technology', 'category', 'source', 'first_seen_at', 'last_seen_at'] -%}
with

{{ read_rows('technologies', made) }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('technologies', made) }}
        lower(technologies.technology) as technology,
        {{ code_text('technologies.category') }} as category,
        {{ code_text('technologies.source') }} as source,
        -- a first time after the last time is not known
        {{ possible_date('technologies.first_seen_at', not_after=possible_date('technologies.last_seen_at')) }} as first_seen_at,
        {{ possible_date('technologies.last_seen_at') }} as last_seen_at,
        {{ local_date(possible_date('technologies.first_seen_at', not_after=possible_date('technologies.last_seen_at'))) }} as first_seen_date,
        {{ local_date(possible_date('technologies.last_seen_at')) }} as last_seen_date,
        technologies.problem_rule_id,
        technologies.problem_detail,
        technologies.unreadable_values_count,
        technologies.row_position,
        technologies.is_repeated
    from technologies
),

{{ checked_rows(
    'technologies',
    keep='last_seen_at desc nulls first, first_seen_at',
) }}

select * from checked_rows
