-- one row per customer of the current as-of date: by which channel the customer says and is seen to have come, who referred whom
with

known as (
    select customer_id, as_of_date, known_since_date
    from {{ ref('int_customers_as_of') }}
    where is_current
),

-- what an event of a campaign shows before the customer was known: of one day the campaign first by the alphabet. A welcome is no first touch
touches as (
    select
        known.customer_id,
        channels.channel,
        channels.said_as,
        channels.also_said_as,
        row_number() over (partition by known.customer_id order by events.occurred_date, channels.spelling) as position
    from {{ ref('int_campaign_events_accepted') }} as events
    left join {{ accepted_relation('contacts') | indent(4) }} as contacts
        on events.contact_id = contacts.contact_id
    inner join known
        on coalesce(events.customer_id, contacts.customer_id) = known.customer_id
        and events.occurred_date <= known.known_since_date
    inner join {{ accepted_relation('campaigns') | indent(4) }} as campaigns
        on events.campaign_id = campaigns.campaign_id
    left join {{ ref('campaign_kinds') }} as kinds
        on campaigns.kind = kinds.spelling
    inner join {{ ref('acquisition_channels') }} as channels
        on {{ code_text('campaigns.channel') }} = channels.spelling
    where events.event_type in ('opened', 'clicked', 'converted')
        and coalesce(kinds.kind, '') not in ('onboarding', 'transactional')
        and channels.channel is not null
    group by known.customer_id, channels.channel, channels.said_as, channels.also_said_as, channels.spelling, events.occurred_date
),

-- a referrer who was merged is the survivor; one who is not listed referred all the same
referrals as (
    select
        customers.customer_id,
        nullif(coalesce(identities.to_customer_id, customers.referred_by_customer_id), customers.customer_id) as referred_by_customer_id
    from {{ ref('int_customers_accepted') }} as customers
    left join {{ ref('int_customer_identities') }} as identities
        on customers.referred_by_customer_id = identities.from_customer_id
),

referrers as (
    select referrals.referred_by_customer_id as customer_id, count(*) as referred_customers_count
    from referrals
    inner join known
        on referrals.customer_id = known.customer_id
    where referrals.referred_by_customer_id is not null
    group by referrals.referred_by_customer_id
)

select
    known.customer_id,
    known.as_of_date,
    customers.acquisition_source is not null as has_acquisition_source,
    self_reported.channel as self_reported_channel,
    self_reported.said_as as self_reported_said_as,
    self_reported.also_said_as as self_reported_also_said_as,
    customers.first_touch_source is not null as has_first_touch_source,
    coalesce(stated.channel, touches.channel) as first_touch_channel,
    case when stated.channel is null then touches.said_as else stated.said_as end as first_touch_said_as,
    case when stated.channel is null then touches.also_said_as else stated.also_said_as end as first_touch_also_said_as,
    case when stated.channel is not null then 'stated' when touches.channel is not null then 'campaign' end as first_touch_evidence,
    referrals.referred_by_customer_id is not null as is_referrer_known,
    coalesce(referrers.referred_customers_count, 0) as referred_customers_count
from known
inner join {{ ref('int_customers_accepted') }} as customers on known.customer_id = customers.customer_id
inner join referrals on known.customer_id = referrals.customer_id
left join {{ ref('acquisition_channels') }} as self_reported on {{ code_text('customers.acquisition_source') }} = self_reported.spelling
left join {{ ref('acquisition_channels') }} as stated on {{ code_text('customers.first_touch_source') }} = stated.spelling
left join touches on known.customer_id = touches.customer_id and touches.position = 1
left join referrers on known.customer_id = referrers.customer_id
