-- one row per combination of two schemes and micro-segment of it: how many, what they bring, and how likely they answer a mail
with

settings as (
    {{ settings('micro', ['response_prior_customers_count']) }}
),

measured as (
    select
        members.combination,
        members.as_of_date,
        members.macro_scheme,
        members.macro_segment,
        members.micro_scheme,
        members.micro_segment,
        members.micro_segment_label,
        count(*) as customers_count,
        sum(coalesce(purchases.net_last_365_days_amount, 0) + coalesce(contracts.subscription_revenue_last_365_days_amount, 0)) as revenue_amount,
        sum(lifetime_values.predicted_clv_amount) as predicted_clv_amount,
        -- a mail that only came back reached nobody
        count(case when mails.mails_sent_count > mails.mails_bounced_count then 1 end) as mailed_count,
        count(case when mails.mails_sent_count > mails.mails_bounced_count and mails.mails_clicked_count > 0 then 1 end) as clicked_count
    from {{ ref('customer_micro_segments') }} as members
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on members.customer_id = purchases.customer_id
        and members.as_of_date = purchases.as_of_date
    left join {{ ref('int_customer_contracts_as_of') }} as contracts
        on members.customer_id = contracts.customer_id
        and members.as_of_date = contracts.as_of_date
    left join {{ ref('int_customer_mails_as_of') }} as mails
        on members.customer_id = mails.customer_id
        and members.as_of_date = mails.as_of_date
    left join {{ ref('customer_lifetime_values') }} as lifetime_values
        on members.customer_id = lifetime_values.customer_id
    group by members.combination, members.as_of_date, members.macro_scheme, members.macro_segment, members.micro_scheme, members.micro_segment, members.micro_segment_label
),

totals as (
    select
        measured.*,
        settings.response_prior_customers_count,
        sum(customers_count) over (partition by combination) as all_customers_count,
        sum(mailed_count) over (partition by combination, macro_segment) as macro_mailed_count,
        sum(clicked_count) over (partition by combination, macro_segment) as macro_clicked_count,
        sum(clicked_count) over (partition by combination) / {{ double_literal('nullif(sum(mailed_count) over (partition by combination), 0)') }} as everybody_ratio
    from measured
    cross join settings
)

select
    combination,
    as_of_date,
    macro_scheme,
    macro_segment,
    micro_scheme,
    micro_segment,
    micro_segment is null as is_rolled_up,
    micro_segment_label,
    cast(customers_count as {{ dbt.type_bigint() }}) as customers_count,
    customers_count / {{ double_literal('all_customers_count') }} as customers_ratio,
    cast(revenue_amount as decimal(18, 2)) as revenue_amount,
    cast(predicted_clv_amount as decimal(18, 2)) as predicted_clv_amount,
    cast(mailed_count as {{ dbt.type_bigint() }}) as mailed_customers_count,
    -- few customers say little: the share of the parent counts as so many of them, and that of everybody as so many of the parent's
    (clicked_count + response_prior_customers_count * (macro_clicked_count + response_prior_customers_count * everybody_ratio) / (macro_mailed_count + response_prior_customers_count))
    / (mailed_count + response_prior_customers_count) as predicted_response_ratio
from totals
