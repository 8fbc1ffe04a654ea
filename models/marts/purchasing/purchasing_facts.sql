{%- set running = 'partition by subscriptions.customer_id, spine.as_of_date' -%}
{%- set current_customer = 'case when relationships.is_current then relationships.customer_id end' -%}
-- one row per customer and as-of date: the situation in each scheme of the family, beside the measures that its rules name. How a company's
-- purchasing is organised is known at the current date only
with

declared as (
    {{ declared_flags(['orders', 'subscriptions']) }}
),

-- the day on which a subscription ends is the first without it, so a change of plan counts from its own day on
intervals as (
    select
        subscriptions.customer_id,
        spine.as_of_date,
        subscriptions.billing_interval as main_billing_interval,
        -- amounts that round to nothing have no shares
        coalesce(cast(sum(subscriptions.mrr_amount) as {{ type_double() }})
            / nullif(cast(sum(sum(subscriptions.mrr_amount)) over ({{ running }}) as {{ type_double() }}), 0), 1 / {{ double_literal('count(*) over (' ~ running ~ ')') }}) as main_interval_ratio,
        coalesce(cast(sum(case when subscriptions.billing_interval = 'unknown' then sum(subscriptions.mrr_amount) else 0 end) over ({{ running }}) as {{ type_double() }})
            / nullif(cast(sum(sum(subscriptions.mrr_amount)) over ({{ running }}) as {{ type_double() }}), 0), 0) as unknown_interval_ratio,
        sum(count(*)) over ({{ running }}) as running_subscriptions_count,
        row_number() over ({{ running }} order by sum(subscriptions.mrr_amount) desc, subscriptions.billing_interval) as interval_rank
    from {{ ref('int_contract_rows') }} as subscriptions
    inner join {{ ref('int_as_of_dates') }} as spine
        on subscriptions.started_date <= spine.as_of_date
        and (subscriptions.ended_date is null or subscriptions.ended_date > spine.as_of_date)
    group by subscriptions.customer_id, spine.as_of_date, subscriptions.billing_interval
),

joined as (
    select
        {%- for table, columns in {
            'relationships': ['customer_id', 'as_of_date', 'is_current', 'has_rejected_purchases', 'has_rejected_subscriptions', 'has_had_contract', 'purchase_days_count'],
            'benchmarks': ['can_be_ranked', 'can_compare_gaps', 'are_discounts_stated', 'population_median_gap_days', 'median_days_to_second_purchase',
                'small_basket_amount', 'medium_basket_amount'],
            'habits': ['own_gaps_count', 'own_median_gap_days', 'days_to_second_purchase', 'second_purchase_days', 'orders_count',
                'full_price_ratio', 'recent_orders_count', 'recent_full_price_orders_count', 'average_order_amount', 'average_order_items_quantity'],
            'plans': ['main_billing_interval', 'main_interval_ratio', 'running_subscriptions_count'],
            'companies': ['procurement_model', 'ordering_contacts_count', 'contact_orders_count', 'main_contact_ratio', 'order_sites_count', 'site_orders_count', 'main_site_ratio'],
        }.items() %}
        {%- for column in columns %}
        {{ table }}.{{ column }},
        {%- endfor %}
        {%- endfor %}
        habits.own_median_gap_days / benchmarks.population_median_gap_days as own_gap_ratio,
        habits.second_purchase_days / nullif(benchmarks.median_days_to_second_purchase, 0) as second_purchase_ratio,
        -- as much as may be billed in the main interval
        case when plans.main_billing_interval <> 'unknown' then plans.main_interval_ratio + plans.unknown_interval_ratio end as possible_interval_ratio,
        cast(habits.recent_full_price_orders_count as {{ type_double() }}) / nullif(habits.recent_orders_count, 0) as recent_full_price_ratio,
        companies.customer_id is not null as is_company,
        declared.has_orders,
        declared.has_subscriptions,
        -- why a question about orders does not arise; null: it does
        {{ no_orders_situation() }} as no_orders_situation
    from {{ ref('int_customer_relationships_as_of') }} as relationships
    cross join declared
    inner join {{ ref('purchasing_benchmarks') }} as benchmarks on relationships.as_of_date = benchmarks.as_of_date
    left join {{ ref('int_customer_buying_habits_as_of') }} as habits
        on relationships.customer_id = habits.customer_id
        and relationships.as_of_date = habits.as_of_date
    left join intervals as plans
        on relationships.customer_id = plans.customer_id
        and relationships.as_of_date = plans.as_of_date
        and plans.interval_rank = 1
    -- by equality alone: with is_current as a second condition engines fall into a nested loop
    left join {{ ref('int_company_purchasing_structure') }} as companies on {{ current_customer }} = companies.customer_id
)

select
    joined.*,
    {{ purchasing_situations() }}
from joined
