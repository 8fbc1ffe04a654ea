-- one row per pair of schemes that is published crossed and pair of their labels that some customer has at the current as-of date: how many
-- have both. Pairs are those of schemes that read risk and those of micro-segments; each stands in both directions
with

pairs as (
    select schemes.scheme, others.scheme as other_scheme
    from {{ ref('scheme_catalogue') }} as schemes
    inner join {{ ref('scheme_catalogue') }} as others
        on schemes.scheme < others.scheme
        and schemes.reads_risk = others.reads_risk
    where schemes.reads_risk
    union
    select least(macro_scheme, micro_scheme) as scheme, greatest(macro_scheme, micro_scheme) as other_scheme
    from {{ ref('micro_segment_combinations') }}
),

crossed_schemes as (
    select scheme from pairs
    union
    select other_scheme as scheme from pairs
),

labels as (
    select
        labels.customer_id,
        labels.as_of_date,
        labels.scheme,
        labels.segment,
        catalogue.answer_kind = 'answer' as is_answer
    from {{ ref('segment_labels') }} as labels
    inner join crossed_schemes
        on labels.scheme = crossed_schemes.scheme
    inner join {{ ref('segment_catalogue') }} as catalogue
        on labels.scheme = catalogue.scheme
        and labels.segment = catalogue.segment
    where labels.is_current
),

counted as (
    select
        labels.as_of_date,
        labels.scheme,
        labels.segment,
        labels.is_answer,
        others.scheme as other_scheme,
        others.segment as other_segment,
        others.is_answer as is_other_answer,
        count(*) as customers_count
    from pairs
    inner join labels
        on pairs.scheme = labels.scheme
    inner join labels as others
        on pairs.other_scheme = others.scheme
        and labels.customer_id = others.customer_id
    group by labels.as_of_date, labels.scheme, labels.segment, labels.is_answer, others.scheme, others.segment, others.is_answer
)

select as_of_date, scheme, segment, is_answer, other_scheme, other_segment, is_other_answer, customers_count
from counted
union all
select as_of_date, other_scheme, other_segment, is_other_answer, scheme, segment, is_answer, customers_count
from counted
