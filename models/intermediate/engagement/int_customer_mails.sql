{%- set answers = {
    'mobile': "device_class = 'mobile'", 'tablet': "device_class = 'tablet'", 'desktop': "device_class = 'desktop'",
    'apple': "platform = 'apple'", 'android': "platform = 'android'", 'windows': "platform = 'windows'", 'other': "platform = 'other'",
} -%}
-- one row per mail, what one recipient of a customer got by one sending of a campaign, with the first day of all that became of it
with

owned as (
    select
        coalesce(events.customer_id, contacts.customer_id) as customer_id,
        -- a wish for no more mail is a person's, so each contact is a recipient; the customer itself where no contact is named
        coalesce(events.contact_id, '') as recipient_id,
        coalesce(events.campaign_id, '') as campaign_id,
        case when campaigns.kind is not null then coalesce(kinds.kind, 'other') end as kind,
        events.event_type,
        events.occurred_date,
        events.device_type,
        events.operating_system
    from {{ ref('int_campaign_events_accepted') }} as events
    left join {{ accepted_relation('contacts') | indent(4) }} as contacts
        on events.contact_id = contacts.contact_id
    left join {{ accepted_relation('campaigns') | indent(4) }} as campaigns
        on events.campaign_id = campaigns.campaign_id
    left join {{ ref('campaign_channels') }} as channels
        on campaigns.channel = channels.spelling
    left join {{ ref('campaign_kinds') }} as kinds
        on campaigns.kind = kinds.spelling
    where (campaigns.channel is null or channels.is_email)
        and events.event_type in ('sent', 'delivered', 'opened', 'clicked', 'bounced', 'unsubscribed')
),

devices as (
    {{ device_words('owned', ['device_type', 'operating_system'], {'device_class': 'device_type', 'platform': 'operating_system'}) | indent(4) }}
),

days as (
    select
        customer_id,
        recipient_id,
        campaign_id,
        kind,
        occurred_date
        {%- for event_type in ['sent', 'delivered', 'bounced', 'opened', 'clicked', 'unsubscribed'] %},
        max(case when event_type = '{{ event_type }}' then 1 else 0 end) as is_{{ event_type }}
        {%- endfor %}
        {%- for answer, condition in answers.items() %},
        max(case when event_type in ('opened', 'clicked') and {{ condition }} then 1 else 0 end) as is_{{ answer }}
        {%- endfor %}
    from owned
    left join devices
        on coalesce(owned.device_type, '') = devices.device_type
        and coalesce(owned.operating_system, '') = devices.operating_system
    where customer_id is not null
    group by customer_id, recipient_id, campaign_id, kind, occurred_date
),

-- what follows a sending belongs to it; where none is recorded, to the delivery; else all of one campaign is one mail, and of none that of a day
counted as (
    select
        days.*,
        sum(is_sent) over (partition by customer_id, recipient_id, campaign_id order by occurred_date) as sends_count,
        sum(is_delivered) over (partition by customer_id, recipient_id, campaign_id order by occurred_date) as deliveries_count
    from days
)

select
    customer_id,
    recipient_id,
    campaign_id,
    min(occurred_date) as first_date,
    max(kind) as kind,
    min(case when is_sent + is_delivered + is_bounced > 0 then occurred_date end) as sent_date,
    min(case when is_sent + is_delivered + is_bounced + is_opened + is_clicked > 0 then occurred_date end) as mailed_date,
    -- a click is an open too, also where pictures are not loaded
    min(case when is_opened + is_clicked > 0 then occurred_date end) as opened_date
    {%- for event_type in ['delivered', 'bounced', 'clicked', 'unsubscribed'] + answers.keys() | list %},
    min(case when is_{{ event_type }} = 1 then occurred_date end) as {{ event_type }}_date
    {%- endfor %}
from counted
group by customer_id, recipient_id, campaign_id, sends_count, case when sends_count = 0 then deliveries_count end, case when sends_count + deliveries_count = 0 and campaign_id = '' then occurred_date end
