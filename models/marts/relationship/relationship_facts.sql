{%- set current_customer = 'case when customers.is_current then customers.customer_id end' -%}
-- one row per customer and as-of date: the situation in each scheme of the family, beside the measures that its rules name. The status of a
-- customer has no date and holds at all of them; which people of a company are known, at the current date only
with

declared as (
    {{ declared_flags(['orders', 'subscriptions', 'users', 'product_events', 'contacts']) }}
),

states as (
    select
        accepted.customer_id,
        accepted.customer_state,
        statuses.stage,
        min(deals.created_date) as first_deal_date,
        count(deals.customer_id) as deals_count
    from {{ ref('int_customers_accepted') }} as accepted
    left join {{ ref('customer_statuses') }} as statuses on {{ code_text('accepted.status') }} = statuses.status
    left join {{ accepted_relation('opportunities') | indent(4) }} as deals on accepted.customer_id = deals.customer_id
    group by accepted.customer_id, accepted.customer_state, statuses.stage
),

people as (
    select
        customer_id,
        count(*) as contacts_count
        {%- for role in ['decision_maker', 'buyer', 'champion', 'end_user'] %},
        sum(case when is_{{ role }} then 1 else 0 end) as {{ role }}s_count
        {%- endfor %}
    from {{ ref('contact_roles') }}
    group by customer_id
),

rejected_contacts as (
    {{ rejected_contacts() }}
),

joined as (
    select
        {%- for table, columns in {
            'customers': ['customer_id', 'as_of_date', 'is_current', 'days_since_first_purchase', 'has_contract', 'has_only_rejected_purchases', 'has_rejected_subscriptions', 'has_rejected_orders'],
            'usage': ['users_count', 'has_rejected_usage', 'has_rejected_users'],
            'trials': ['has_open_period', 'has_open_trial', 'has_paid_before', 'running_kind', 'has_free_plan', 'paid_date', 'was_paid_after_trial', 'days_from_trial_to_paid', 'days_since_trial_end'],
            'states': ['customer_state', 'stage'],
            'declared': ['has_orders', 'has_subscriptions', 'has_users', 'has_product_events', 'has_contacts'],
            'people': ['contacts_count', 'decision_makers_count', 'buyers_count', 'champions_count', 'end_users_count'],
        }.items() %}
        {%- for column in columns %}
        {{ table }}.{{ column }},
        {%- endfor %}
        {%- endfor %}
        -- a trial or free plan is use, whoever signed up for it
        least(usage.first_user_date, usage.first_use_date, trials.first_unpaid_date) as first_used_date,
        usage.users_count > 0 or usage.first_use_date is not null or trials.customer_id is not null as is_user,
        coalesce(states.first_deal_date <= customers.as_of_date, customers.is_current and states.deals_count > 0) as has_had_deal,
        companies.customer_id is not null as is_company,
        rejected_contacts.customer_id is not null as has_rejected_contacts
    from {{ ref('int_customer_relationships_as_of') }} as customers
    cross join declared
    inner join {{ ref('int_customer_usage_as_of') }} as usage on customers.customer_id = usage.customer_id and customers.as_of_date = usage.as_of_date
    inner join states on customers.customer_id = states.customer_id
    left join {{ ref('int_customer_trials_as_of') }} as trials on customers.customer_id = trials.customer_id and customers.as_of_date = trials.as_of_date
    -- by equality alone: with is_current as a second condition engines fall into a nested loop
    left join {{ ref('int_companies') }} as companies on {{ current_customer }} = companies.customer_id
    left join people on {{ current_customer }} = people.customer_id
    left join rejected_contacts on {{ current_customer }} = rejected_contacts.customer_id
)

select
    joined.*,
    {{ relationship_situations() }}
from joined
