{%- set current_customer = 'case when usage.is_current then usage.customer_id end' -%}
{%- set missing = "when not has_product_events then 'unknown' when last_use_date is null and has_rejected_usage then 'rejected'" -%}
-- one row per customer and as-of date: the situation in each scheme of the family, beside the measures that its rules name. What is bought is
-- compared at the current date only
with

declared as (
    {{ declared_flags(['product_events', 'subscriptions', 'orders', 'order_items', 'products']) }}
),

joined as (
    select
        usage.*,
        declared.*,
        customers.has_rejected_subscriptions,
        customers.has_rejected_orders or customers.has_rejected_purchases and not customers.has_had_contract as has_rejected_orders,
        customers.purchase_days_count,
        {{ days_between('usage.last_use_date', 'usage.as_of_date') }} as days_since_last_use,
        {{ days_between('usage.first_use_date', 'usage.as_of_date') }} as days_since_first_use,
        usage.use_events_count / {{ double_literal('nullif(usage.use_days_count, 0)') }} as events_per_use_day,
        -- who began inside the window is measured on the days since, a month at least
        usage.use_days_count * 30 / {{ double_literal("greatest(least(settings.usage_days, " ~ days_between('usage.first_use_date', 'usage.as_of_date') ~ " + 1), 30)") }} as use_days_per_month,
        usage.active_users_count / {{ double_literal('nullif(usage.users_count, 0)') }} as active_users_ratio,
        plans.plan_kind,
        plans.plan_tier,
        plans.is_plan_stated,
        plans.running_plans_count,
        affinity.categorized_lines_count,
        -- 0: no category was bought twice
        case when affinity.customer_id is not null then coalesce(affinity.affinity_index, 0) end as affinity_index,
        affinity.affinity_category,
        affinity.affinity_lines_count,
        affinity.main_product_line,
        affinity.main_product_line_ratio
    from {{ ref('int_customer_usage_as_of') }} as usage
    cross join declared
    cross join ({{ settings('usage', ['usage_days']) }}) as settings
    inner join {{ ref('int_customer_relationships_as_of') }} as customers
        on usage.customer_id = customers.customer_id
        and usage.as_of_date = customers.as_of_date
    left join {{ ref('int_customer_plan_tiers_as_of') }} as plans
        on usage.customer_id = plans.customer_id
        and usage.as_of_date = plans.as_of_date
    -- by equality alone: with is_current as a second condition engines fall into a nested loop
    left join {{ ref('int_customer_favorites') }} as affinity on {{ current_customer }} = affinity.customer_id
)

select
    joined.*,
    case
        {{ missing }}
        when last_use_date is not null then 'used'
        when users_count > 0 then 'never_used'
        else 'no_user'
    end as usage_activity_situation,
    {%- for scheme in ['usage_breadth', 'usage_depth', 'usage_stickiness'] %}
    case {{ missing }} when use_days_count > 0 then 'used' else 'inactive' end as {{ scheme }}_situation,
    {%- endfor %}
    case
        when not has_subscriptions then 'unknown'
        when plan_kind = 'trial' then 'trial'
        when plan_kind is not null then coalesce(plan_tier, case when plan_kind = 'free' then 'free' when is_plan_stated then 'other' else 'unrecorded' end)
        when has_rejected_subscriptions then 'rejected'
        else 'no_plan'
    end as plan_tier_situation,
    case
        when not is_current then null
        when not (has_orders and has_order_items and has_products) then 'unknown'
        when purchase_days_count = 0 then case when has_rejected_orders then 'rejected' else 'no_orders' end
        when coalesce(categorized_lines_count, 0) = 0 then 'unrecorded'
        else 'bought'
    end as category_affinity_situation
from joined
