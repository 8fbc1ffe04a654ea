-- one row per customer, at the current date: the situation in each scheme of the family, beside the measures that its rules name. A source
-- states the present stage of a deal and not the earlier ones, so there are no earlier dates
with

declared as (
    {{ declared_flags(['opportunities', 'product_events', 'orders', 'subscriptions']) }}
),

joined as (
    select
        relationships.customer_id,
        relationships.as_of_date,
        relationships.is_current,
        relationships.days_since_first_purchase,
        relationships.has_only_rejected_purchases,
        usage.has_rejected_usage,
        {%- for column in ['has_rejected_deals', 'has_events', 'open_deals_count', 'open_stage', 'days_in_stage', 'days_open', 'closed_state', 'days_since_closed',
            'won_deals_count', 'usual_cycle_days', 'days_since_purchase', 'has_bought_lately', 'sign_stage', 'days_since_sign'] %}
        facts.{{ column }},
        {%- endfor %}
        facts.days_open / nullif(facts.usual_cycle_days, 0) as cycle_ratio,
        declared.has_opportunities,
        declared.has_product_events,
        declared.has_orders or declared.has_subscriptions as has_purchases
    from {{ ref('int_customer_relationships_as_of') }} as relationships
    cross join declared
    inner join {{ ref('int_customer_journeys') }} as facts
        on relationships.customer_id = facts.customer_id
    inner join {{ ref('int_customer_usage_as_of') }} as usage
        on relationships.customer_id = usage.customer_id
        and relationships.as_of_date = usage.as_of_date
    where relationships.is_current
)

select
    joined.*,
    case
        when not (has_opportunities or has_product_events or has_purchases) then 'unknown'
        when open_deals_count > 0 then concat('deal_', coalesce(open_stage, 'unstated'))
        when closed_state is not null then concat('deal_', closed_state)
        -- what could not be used may have been a deal, a purchase or all that was done
        when has_rejected_deals then 'rejected'
        when sign_stage is null and has_bought_lately then 'bought'
        when has_only_rejected_purchases and coalesce(sign_stage, 'problem') = 'problem' then 'rejected'
        when sign_stage is not null then concat('signs_', sign_stage)
        when not has_product_events then 'unseen'
        when has_rejected_usage and not has_events then 'rejected'
        else 'no_signs'
    end as journey_stage_situation,
    case
        when not has_opportunities then 'unknown'
        when open_deals_count > 0
            then case
                when days_in_stage is not null then concat('stage_', open_stage)
                when cycle_ratio is not null then 'cycle'
                when days_open is not null then 'opened'
                else 'undated'
            end
        when closed_state is not null then 'closed'
        when has_rejected_deals then 'rejected'
        else 'not_in_pipeline'
    end as journey_pace_situation
from joined
