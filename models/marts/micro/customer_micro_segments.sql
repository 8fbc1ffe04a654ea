-- one row per customer and combination of two schemes: the pair of labels, or the label of the macro scheme alone where too few have the pair
with

labels as (
    select
        labels.customer_id,
        labels.as_of_date,
        labels.scheme,
        labels.segment,
        catalogue.label
    from {{ ref('segment_labels') }} as labels
    inner join {{ ref('segment_catalogue') }} as catalogue
        on labels.scheme = catalogue.scheme
        and labels.segment = catalogue.segment
    where labels.is_current
),

combined as (
    select
        macro.customer_id,
        macro.as_of_date,
        combinations.combination,
        combinations.macro_scheme,
        macro.segment as macro_segment,
        macro.label as macro_label,
        combinations.micro_scheme,
        case when hidden.scheme is null then micro.segment end as micro_segment,
        case when hidden.scheme is null then micro.label end as micro_label
    from {{ ref('micro_segment_combinations') }} as combinations
    inner join labels as macro
        on combinations.macro_scheme = macro.scheme
    inner join labels as micro
        on combinations.micro_scheme = micro.scheme
        and macro.customer_id = micro.customer_id
    left join {{ ref('fit_hidden_crossings') }} as hidden
        on combinations.macro_scheme = hidden.scheme
        and macro.segment = hidden.segment
        and combinations.micro_scheme = hidden.other_scheme
        and micro.segment = hidden.other_segment
)

select
    customer_id,
    combination,
    as_of_date,
    macro_scheme,
    macro_segment,
    micro_scheme,
    micro_segment,
    micro_segment is null as is_rolled_up,
    case
        when count(micro_segment) over (partition by combination, macro_segment) = 0 then macro_label
        else concat(macro_label, ': ', coalesce(micro_label, '(others)'))
    end as micro_segment_label,
    cast(count(*) over (partition by combination, macro_segment, micro_segment) as {{ dbt.type_bigint() }}) as customers_count
from combined
