with

technologies as (
    select * from {{ ref('input_technologies') }}
),

cleaned as {{ inlined_cte() }}(
    select
        {{ input_columns('technologies', replaced=['technology', 'category', 'first_seen_at', 'last_seen_at']) }}
        lower(technologies.technology) as technology,
        {{ code_text('technologies.category') }} as category,
        -- a first time after the last time is not known
        {{ possible_date('technologies.first_seen_at', not_after=possible_date('technologies.last_seen_at')) }} as first_seen_at,
        {{ possible_date('technologies.last_seen_at') }} as last_seen_at,
        {{ local_date(possible_date('technologies.first_seen_at', not_after=possible_date('technologies.last_seen_at'))) }} as first_seen_date,
        {{ local_date(possible_date('technologies.last_seen_at')) }} as last_seen_date,
        technologies.problem_rule_id,
        technologies.problem_detail,
        technologies.unreadable_values_count
    from technologies
),

{{ checked_rows(
    'technologies',
    derived=['first_seen_date', 'last_seen_date'],
    keep='last_seen_at desc nulls first, first_seen_at',
) }}

select * from checked_rows
