-- one row per pair of schemes that read risk and pair of their labels that some customer has at the current as-of date: how many have both.
-- Each pair of schemes stands in both directions
with

labels as (
    select
        labels.customer_id,
        labels.as_of_date,
        labels.scheme,
        labels.segment
    from {{ ref('segment_labels') }} as labels
    inner join {{ ref('scheme_catalogue') }} as schemes
        on labels.scheme = schemes.scheme
    inner join {{ ref('segment_catalogue') }} as catalogue
        on labels.scheme = catalogue.scheme
        and labels.segment = catalogue.segment
    where labels.is_current
        and schemes.reads_risk
        and catalogue.answer_kind = 'answer'
),

pairs as (
    select
        labels.as_of_date,
        labels.scheme,
        labels.segment,
        others.scheme as other_scheme,
        others.segment as other_segment,
        count(*) as customers_count
    from labels
    inner join labels as others
        on labels.customer_id = others.customer_id
        and labels.scheme <> others.scheme
    group by labels.as_of_date, labels.scheme, labels.segment, others.scheme, others.segment
),

totals as (
    select
        pairs.*,
        sum(customers_count) over (partition by scheme, other_scheme) as both_answered_count,
        sum(customers_count) over (partition by scheme, segment, other_scheme) as segment_count,
        sum(customers_count) over (partition by scheme, other_scheme, other_segment) as other_segment_count
    from pairs
)

select
    as_of_date,
    scheme,
    segment,
    other_scheme,
    other_segment,
    cast(customers_count as {{ dbt.type_bigint() }}) as customers_count,
    customers_count / {{ double_literal('segment_count') }} as other_segment_ratio,
    -- as many as meet by chance: 1
    {{ double_literal('customers_count') }} * both_answered_count / ({{ double_literal('segment_count') }} * other_segment_count) as lift_ratio
from totals
