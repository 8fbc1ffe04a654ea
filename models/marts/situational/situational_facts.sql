-- one row per customer, at the current date: the situation in each scheme of the family, beside the measures that its rules name. Deals tell
-- what is wanted now and not what was wanted before, so there are no earlier dates
with

declared as (
    {{ declared_flags(['orders', 'order_items', 'products', 'opportunities']) }}
),

joined as (
    select
        relationships.customer_id,
        relationships.as_of_date,
        relationships.is_current,
        facts.has_rejected_deals,
        {%- for column in ['urgency_rank', 'days_to_needed_by', 'requested_orders_count', 'median_lead_days', 'last_order_amount', 'own_median_amount',
            'population_median_amount', 'earlier_orders_count', 'is_own_compared', 'is_population_compared', 'use_case', 'is_stated', 'use_case_lines_count',
            'use_case_ratio', 'occasion_orders_count', 'gift_orders_count', 'main_season', 'main_season_orders_count'] %}
        facts.{{ column }},
        {%- endfor %}
        facts.last_order_amount / nullif(facts.own_median_amount, 0) as own_size_ratio,
        facts.last_order_amount / nullif(facts.population_median_amount, 0) as population_size_ratio,
        -- an order that does not say so is no gift
        coalesce(facts.gift_orders_count / {{ double_literal('nullif(facts.occasion_orders_count, 0)') }}, 0) as gift_ratio,
        coalesce(facts.main_season_orders_count / {{ double_literal('nullif(facts.occasion_orders_count, 0)') }}, 0) as main_season_ratio,
        declared.has_orders,
        declared.has_opportunities,
        declared.has_orders and declared.has_order_items and declared.has_products as has_bought_products,
        {{ no_orders_situation() }} as no_orders_situation
    from {{ ref('int_customer_relationships_as_of') }} as relationships
    cross join declared
    inner join {{ ref('int_customer_situations') }} as facts
        on relationships.customer_id = facts.customer_id
    left join {{ ref('int_customer_buying_habits_as_of') }} as habits
        on relationships.customer_id = habits.customer_id
        and relationships.as_of_date = habits.as_of_date
    where relationships.is_current
)

select
    joined.*,
    case
        when not (has_opportunities or has_orders) then 'unknown'
        when urgency_rank = 1 then 'stated_high'
        when days_to_needed_by is not null then 'needed_by'
        when urgency_rank = 2 then 'stated_normal'
        when urgency_rank = 3 then 'stated_low'
        when requested_orders_count > 0 then 'requested'
        when has_rejected_deals then 'rejected'
        else 'not_stated'
    end as purchase_urgency_situation,
    coalesce(no_orders_situation, case
        when last_order_amount is null then 'unrecorded'
        when is_own_compared then 'own'
        when is_population_compared then 'population'
        else 'too_little_history'
    end) as order_size_situation,
    case
        when not (has_opportunities or has_bought_products) then 'unknown'
        when use_case is not null then use_case
        when has_rejected_deals then 'rejected'
        else 'not_stated'
    end as use_case_situation,
    coalesce(no_orders_situation, case
        when occasion_orders_count = 0 then 'none_lately'
        else coalesce(main_season, 'no_season')
    end) as occasion_situation
from joined
