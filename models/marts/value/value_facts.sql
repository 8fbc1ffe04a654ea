-- one row per customer and as-of date: the situation of the customer in each scheme of the family, beside the measures that its rules
-- name. Predicted value, shares and drivers are known at the current date only
with

declared as (
    {{ declared_flags(['orders', 'subscriptions']) }}
),

bounds as (
    {{ value_bounds(ref('value_cut_points')) }}
),

-- a company that states no discount anywhere has not said that there were none
discounts as (
    select count(orders.discount_amount) > 0 as are_stated
    from {{ ref('int_orders_accepted') }} as orders
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and orders.ordered_date <= spine.as_of_date
    where orders.counts_as_sale
),

shares as (
    select
        relationships.customer_id,
        relationships.as_of_date,
        relationships.days_since_first_purchase is not null as has_purchased,
        -- refunds may exceed the sales known here; all is given back then, not more than all
        case when sales_amount > 0 then least(greatest(cast(refund_amount as {{ type_double() }}) / cast(sales_amount as {{ type_double() }}), 0), 1) end as refund_ratio,
        purchases.partly_refunded_orders_count,
        case when discounts.are_stated then cast(discount_amount as {{ type_double() }}) / nullif(cast(sales_amount + discount_amount as {{ type_double() }}), 0) end as discount_ratio,
        case when discounts.are_stated then '' else '_without_discounts' end as discounts_word,
        cast(coalesce(subscription_revenue_amount, 0) as {{ type_double() }})
            / nullif(cast(greatest(coalesce(net_amount, 0), 0) + coalesce(subscription_revenue_amount, 0) as {{ type_double() }}), 0) as recurring_ratio
    from {{ ref('int_customer_relationships_as_of') }} as relationships
    cross join discounts
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on relationships.customer_id = purchases.customer_id
        and relationships.as_of_date = purchases.as_of_date
    left join {{ ref('int_customer_contracts_as_of') }} as subscriptions
        on relationships.customer_id = subscriptions.customer_id
        and relationships.as_of_date = subscriptions.as_of_date
    where relationships.is_current
)

select
    customer_values.*,
    bounds.tier_top_amount,
    bounds.tier_high_amount,
    bounds.tier_medium_amount,
    lifetime_values.predicted_clv_amount,
    case when shares.has_purchased then coalesce(historic.level, 'low') end as historic_value_level,
    case when lifetime_values.predicted_clv_amount is not null then coalesce(predicted.level, 'low') end as predicted_value_level,
    bounds.predicted_high_amount,
    bounds.predicted_medium_amount,
    -- nothing, or less than nothing after refunds, is low
    case when customer_values.is_current then {{ predicted_level_number('lifetime_values', 'bounds') }} end as predicted_level_number,
    case when shares.has_purchased then shares.refund_ratio end as refund_ratio,
    case when shares.has_purchased then shares.discount_ratio end as discount_ratio,
    case when shares.has_purchased then shares.recurring_ratio end as recurring_ratio,
    shares.partly_refunded_orders_count,
    drivers.best_position_ratio,
    drivers.second_position_ratio,
    {{ value_situations() }}
from {{ ref('int_customer_values_as_of') }} as customer_values
cross join declared
left join bounds on customer_values.as_of_date = bounds.as_of_date
left join {{ ref('value_cut_points') }} as tiers on {{ value_lies_in('tiers', 'value_tier', 'historic_value_amount', 'customer_values') }} and customer_values.historic_value_amount > 0
left join shares
    on customer_values.customer_id = shares.customer_id
    and customer_values.as_of_date = shares.as_of_date
left join {{ ref('customer_lifetime_values') }} as lifetime_values
    on customer_values.customer_id = lifetime_values.customer_id
    and customer_values.as_of_date = lifetime_values.as_of_date
left join {{ ref('value_cut_points') }} as historic on {{ value_lies_in('historic', 'primary_value', 'historic_value_amount', 'customer_values') }} and customer_values.is_current
left join {{ ref('value_cut_points') }} as predicted on {{ value_lies_in('predicted', 'primary_value', 'predicted_clv_amount', 'lifetime_values') }} and lifetime_values.predicted_clv_amount >= 0
left join {{ ref('int_customer_value_driver_positions') }} as drivers
    on customer_values.customer_id = drivers.customer_id
    and customer_values.as_of_date = drivers.as_of_date
