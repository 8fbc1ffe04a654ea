-- one row per scheme, segment and as-of date whose next 90 days are over: what was predicted and what came. Predicted is
-- what the same segment did in all windows that had closed by the as-of date
with

labelled as (
    -- schemes with a prediction at past dates; one that brings a probability of its own is added here
    select
        scheme,
        customer_id,
        as_of_date,
        segment
    from {{ ref('churn_labels') }}
    where scheme = 'rhythm_risk'
),

observed as (
    select
        labelled.scheme,
        labelled.segment,
        labelled.as_of_date,
        outcomes.date_90_days_after,
        count(*) as customers_count,
        sum(case when outcomes.has_order_next_90_days then 0 else 1 end) as no_order_count
    from labelled
    inner join {{ ref('int_customer_order_outcomes') }} as outcomes
        on labelled.customer_id = outcomes.customer_id
        and labelled.as_of_date = outcomes.as_of_date
    group by labelled.scheme, labelled.segment, labelled.as_of_date, outcomes.date_90_days_after
),

predicted as (
    select
        observed.scheme,
        observed.segment,
        observed.as_of_date,
        sum(earlier.no_order_count) / {{ double_literal('sum(earlier.customers_count)') }} as predicted_no_order_ratio
    from observed
    inner join observed as earlier
        on observed.scheme = earlier.scheme
        and observed.segment = earlier.segment
        and earlier.date_90_days_after <= observed.as_of_date
    group by observed.scheme, observed.segment, observed.as_of_date
),

shares as (
    select
        observed.*,
        predicted.predicted_no_order_ratio,
        observed.no_order_count / {{ double_literal('observed.customers_count') }} as observed_no_order_ratio,
        -- Wilson's interval at 95 %: the square of 1.96 over the number of customers
        {{ double_literal(3.8416) }} / observed.customers_count as spread
    from observed
    left join predicted
        on observed.scheme = predicted.scheme
        and observed.segment = predicted.segment
        and observed.as_of_date = predicted.as_of_date
),

intervals as (
    select
        shares.*,
        (observed_no_order_ratio + spread / 2) / (1 + spread) as middle_ratio,
        sqrt(observed_no_order_ratio * (1 - observed_no_order_ratio) * spread + spread * spread / 4) / (1 + spread) as half_width_ratio
    from shares
)

select
    as_of_date,
    scheme,
    segment,
    cast(customers_count as {{ dbt.type_bigint() }}) as customers_count,
    cast(no_order_count as {{ dbt.type_bigint() }}) as no_order_count,
    predicted_no_order_ratio,
    observed_no_order_ratio,
    greatest(middle_ratio - half_width_ratio, 0) as observed_lower_ratio,
    least(middle_ratio + half_width_ratio, 1) as observed_upper_ratio
from intervals
