-- one row per scheme, segment and as-of date whose next 90 days are over: what was predicted and what came. Predicted is
-- what the same segment did in all windows that had closed by the as-of date
with

labelled as (
    -- schemes that say something of what comes next
    select
        scheme,
        customer_id,
        as_of_date,
        segment
    from {{ ref('lifecycle_labels') }}
    union all
    select
        scheme,
        customer_id,
        as_of_date,
        segment
    from {{ ref('rfm_labels') }}
    union all
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
        -- a stage may rest on a contract, which is paid without an order; the others speak of orders
        sum(case when case when labelled.scheme = 'lifecycle' then outcomes.has_purchase_next_90_days else outcomes.has_order_next_90_days end then 0 else 1 end) as no_order_count
    from labelled
    inner join {{ ref('int_customer_outcomes') }} as outcomes
        on labelled.customer_id = outcomes.customer_id
        and labelled.as_of_date = outcomes.as_of_date
        and (labelled.scheme = 'lifecycle' or outcomes.has_ordered)
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
)

select
    observed.as_of_date,
    observed.scheme,
    observed.segment,
    cast(observed.customers_count as {{ dbt.type_bigint() }}) as customers_count,
    cast(observed.no_order_count as {{ dbt.type_bigint() }}) as no_order_count,
    predicted.predicted_no_order_ratio,
    observed.no_order_count / {{ double_literal('observed.customers_count') }} as observed_no_order_ratio,
    {{ wilson_bound('lower', 'observed.no_order_count', 'observed.customers_count') }} as observed_lower_ratio,
    {{ wilson_bound('upper', 'observed.no_order_count', 'observed.customers_count') }} as observed_upper_ratio
from observed
left join predicted
    on observed.scheme = predicted.scheme
    and observed.segment = predicted.segment
    and observed.as_of_date = predicted.as_of_date
