-- one row per customer, at the current date alone: the situation in each scheme of the family
with

facts as (
    select
        acquisition.*,
        customers.is_current,
        -- two words for one thing agree: an advertisement in a search engine is search to some and advertising to others
        coalesce(
            self_reported_said_as in (first_touch_said_as, first_touch_also_said_as) or self_reported_also_said_as in (first_touch_said_as, first_touch_also_said_as), false
        ) as do_channels_agree,
        is_referrer_known or coalesce(self_reported_channel = 'referral', false) or coalesce(first_touch_channel = 'referral', false) as is_referred
    from {{ ref('int_customer_acquisition') }} as acquisition
    inner join {{ ref('int_customers_as_of') }} as customers
        on acquisition.customer_id = customers.customer_id
        and acquisition.as_of_date = customers.as_of_date
)

select
    facts.*,
    case
        when self_reported_channel is not null then self_reported_channel
        when has_acquisition_source then 'unmapped'
        else 'unknown'
    end as self_reported_channel_situation,
    case
        when first_touch_evidence = 'campaign' then concat(first_touch_channel, '_by_campaign')
        when first_touch_channel is not null then first_touch_channel
        when has_first_touch_source then 'unmapped'
        else 'unknown'
    end as first_touch_channel_situation,
    case
        when do_channels_agree then 'agree'
        when self_reported_said_as is not null and first_touch_said_as is not null then 'differ'
        when self_reported_channel is not null and first_touch_channel is not null then 'not_comparable'
        when self_reported_channel is not null then 'only_self_reported'
        when first_touch_channel is not null then 'only_observed'
        else 'unknown'
    end as acquisition_agreement_situation,
    case
        when is_referred and referred_customers_count > 0 then 'referred_and_refers'
        when is_referred then 'referred'
        when referred_customers_count > 0 then 'refers'
        -- another way is told by a channel that says something
        when coalesce(self_reported_said_as, first_touch_said_as) is not null then 'not_referred'
        else 'unknown'
    end as referral_situation
from facts
