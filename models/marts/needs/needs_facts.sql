{%- set current_customer = 'case when relationships.is_current then relationships.customer_id end' -%}
-- one row per customer and as-of date: the situation in each scheme of the family, beside the measures that its rules name. What hangs on the
-- present status of orders, on prices and on consent is known at the current date only; of bodily needs nothing stands here but the situation
with

declared as (
    {{ declared_flags(['orders', 'order_items', 'products', 'product_events', 'support_tickets', 'reviews']) }}
),

-- schemes that need consent, as the catalogue marks them
allowed as (
    select
        max(case when scheme = 'accessibility_need' and is_sensitive then 1 else 0 end) = 1 as is_accessibility_allowed,
        max(case when scheme = 'body_or_surroundings' and is_sensitive then 1 else 0 end) = 1 as is_body_allowed
    from {{ ref('scheme_catalogue') }}
),

benefits as (
    select behaviors.customer_id, count(*) as benefit_days_count
    from {{ ref('int_customer_behavior_days') }} as behaviors
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and behaviors.activity_date <= spine.as_of_date
    cross join ({{ settings('needs', ['benefit_days']) }}) as settings
    where behaviors.behavior = 'used_loyalty_benefit'
        and {{ days_between('behaviors.activity_date', 'spine.as_of_date') }} < settings.benefit_days
    group by behaviors.customer_id
),

joined as (
    select
        {{ needs_measures() }}
        -- without the last digits of a double, so that shares on a bound stand on it
        round(1 - habits.full_price_ratio, 10) as discounted_ratio,
        -- every buyer has one voice
        {{ double_literal('sum(' ~ exact_summand('1 - habits.full_price_ratio') ~ ') over (partition by relationships.as_of_date)') }}
            / nullif(count(habits.full_price_ratio) over (partition by relationships.as_of_date), 0) as population_discounted_ratio,
        purchases.coupon_orders_count / {{ double_literal('nullif(purchases.orders_count, 0)') }} as coupon_ratio,
        {{ days_between('support.onboarding_started_date', 'relationships.as_of_date') }} as days_since_onboarding_start,
        {{ no_orders_situation() }} as no_orders_situation,
        {{ bodily_situations() }}
    from {{ ref('int_customer_relationships_as_of') }} as relationships
    cross join declared
    cross join allowed
    inner join {{ ref('purchasing_benchmarks') }} as benchmarks on relationships.as_of_date = benchmarks.as_of_date
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on relationships.customer_id = purchases.customer_id
        and relationships.as_of_date = purchases.as_of_date
    left join {{ ref('int_customer_buying_habits_as_of') }} as habits
        on relationships.customer_id = habits.customer_id
        and relationships.as_of_date = habits.as_of_date
    left join {{ ref('int_customer_support_as_of') }} as support
        on relationships.customer_id = support.customer_id
        and relationships.as_of_date = support.as_of_date
    left join {{ ref('int_customer_opinions_as_of') }} as opinions
        on relationships.customer_id = opinions.customer_id
        and relationships.as_of_date = opinions.as_of_date
    -- by equality alone: with is_current as a second condition engines fall into a nested loop
    left join {{ ref('int_customer_price_levels') }} as prices on {{ current_customer }} = prices.customer_id
    left join {{ ref('int_customer_order_conduct') }} as conduct on {{ current_customer }} = conduct.customer_id
    left join {{ ref('int_customer_bodily_needs') }} as bodily on {{ current_customer }} = bodily.customer_id
    left join benefits on {{ current_customer }} = benefits.customer_id
)

select
    joined.*,
    round(discounted_ratio - population_discounted_ratio, 7) as discount_difference_ratio,
    {{ needs_situations() }}
from joined
