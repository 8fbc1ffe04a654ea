-- the catalogue: one row per scheme and segment
with

versions as (
    select
        scheme,
        segment,
        max(rule_version) as rule_version
    from {{ ref('segment_rules') }}
    group by scheme, segment
)

select
    segments.scheme,
    segments.segment,
    schemes.family,
    schemes.label as scheme_label,
    schemes.question,
    segments.label,
    segments.description,
    cast(segments.rank as {{ dbt.type_int() }}) as rank,
    schemes.owner,
    schemes.purpose,
    schemes.history,
    schemes.applies_to,
    schemes.is_sensitive,
    cast(segments.minimum_size_count as {{ dbt.type_int() }}) as minimum_size_count,
    segments.suggested_action,
    cast(versions.rule_version as {{ dbt.type_int() }}) as rule_version,
    segments.answer_kind,
    usage.is_in_use
from {{ ref('segment_catalogue') }} as segments
inner join {{ ref('scheme_catalogue') }} as schemes
    on segments.scheme = schemes.scheme
inner join {{ ref('scheme_usage') }} as usage
    on segments.scheme = usage.scheme
left join versions
    on segments.scheme = versions.scheme
    and segments.segment = versions.segment
