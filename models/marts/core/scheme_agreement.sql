-- one row per pair of schemes that read risk and pair of their labels that enough customers have at the current as-of date: how many have
-- both. Each pair of schemes stands in both directions
with

totals as (
    select
        crossings.*,
        sum(customers_count) over (partition by scheme, other_scheme) as both_answered_count,
        sum(customers_count) over (partition by scheme, segment, other_scheme) as segment_count,
        sum(customers_count) over (partition by scheme, other_scheme, other_segment) as other_segment_count
    from {{ ref('label_crossings') }} as crossings
    where is_answer and is_other_answer
)

select
    totals.as_of_date,
    totals.scheme,
    totals.segment,
    totals.other_scheme,
    totals.other_segment,
    cast(totals.customers_count as {{ dbt.type_bigint() }}) as customers_count,
    totals.customers_count / {{ double_literal('totals.segment_count') }} as other_segment_ratio,
    -- as many as meet by chance: 1
    {{ double_literal('totals.customers_count') }} * totals.both_answered_count / ({{ double_literal('totals.segment_count') }} * totals.other_segment_count) as lift_ratio
from totals
inner join {{ ref('scheme_catalogue') }} as schemes
    on totals.scheme = schemes.scheme
inner join {{ ref('scheme_catalogue') }} as others
    on totals.other_scheme = others.scheme
left join {{ ref('fit_hidden_crossings') }} as hidden
    on totals.scheme = hidden.scheme
    and totals.segment = hidden.segment
    and totals.other_scheme = hidden.other_scheme
    and totals.other_segment = hidden.other_segment
where schemes.reads_risk and others.reads_risk and hidden.scheme is null
