{# The situations of relationship_facts, apart from its joins: <scheme>_situation of the three schemes of the family. #}
{% macro relationship_situations() -%}
    case
        when customer_state = 'partner' then 'partner'
        when not ((has_orders or has_subscriptions) and (has_users or has_product_events)) then 'unknown'
        when has_only_rejected_purchases then 'rejected_purchases'
        when not is_user and has_rejected_usage then 'rejected_usage'
        when days_since_first_purchase is not null then case when is_user then 'both' else 'customer' end
        when is_user then case when running_kind = 'trial' then 'trial' else 'free' end
        when stage = 'prospect' or has_had_deal then 'prospect'
        when customer_state in ('unqualified', 'former') then 'not_pursued'
        else 'lead'
    end as relationship_situation,
    case
        when not (has_users or has_subscriptions) then 'unknown'
        when running_kind = 'trial' then 'running'
        when has_open_period is not null and not (has_subscriptions or has_orders) then 'unknown'
        -- what could not be used may have been a payment, or a trial
        when coalesce(has_open_period, true) and (has_rejected_subscriptions or has_rejected_orders and not has_subscriptions) then 'rejected'
        when has_open_period is null and has_rejected_users then 'rejected'
        when has_open_trial then 'lapsed'
        when has_free_plan and not has_contract and (has_paid_before or paid_date is not null) then 'back_to_free'
        when has_open_period and has_free_plan then 'free'
        when has_open_period then 'free_ended'
        when was_paid_after_trial then 'paid_after_trial'
        when paid_date is not null then 'paid_after_free'
        else 'no_trial'
    end as trial_status_situation,
    case
        when not is_current then null
        when not is_company then 'not_applicable'
        when not has_contacts then 'unknown'
        when decision_makers_count > 0 and buyers_count > 0 and end_users_count > 0 then 'complete'
        when decision_makers_count > 0 then 'decision_maker'
        when buyers_count > 0 or champions_count > 0 then 'no_decision_maker'
        when end_users_count > 0 then 'users_only'
        when contacts_count > 0 then 'no_role'
        when has_rejected_contacts then 'rejected'
        else 'no_contacts'
    end as buying_centre_situation
{%- endmacro %}
