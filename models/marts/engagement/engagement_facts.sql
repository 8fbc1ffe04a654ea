-- one row per customer and as-of date: the situation in each scheme of the family, beside the measures that its rules name
with

declared as (
    {{ declared_flags(['campaign_events', 'campaigns', 'product_events', 'social_interactions']) }}
),

weights as (
    select
        {%- for action in ['clicked_mail', 'opened_mail', 'used_product', 'interacted_socially'] %}
        coalesce(max(case when action = '{{ action }}' then points end), 0) as {{ action }}_points{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('engagement_weights') }}
),

facts as (
    select
        days.*,
        mails.email_recipients_count,
        mails.unsubscribed_recipients_count,
        mails.unsubscribed_date,
        mails.unsubscribed_date is not null as is_unsubscribed,
        {%- for measure in ['sent', 'bounced', 'opened', 'clicked', 'after_unsubscribing'] %}
        coalesce(mails.mails_{{ measure }}_count, 0) as mails_{{ measure }}_count,
        {%- endfor %}
        coalesce(mails.opened_mails_count, 0) as opened_mails_count,
        {%- for habit in ['kind', 'device', 'platform'] %}
        mails.main_email_{{ habit }},
        coalesce(mails.{{ habit }}_mails_count, 0) as {{ habit }}_mails_count,
        mails.main_{{ habit }}_mails_count / {{ double_literal('nullif(mails.' ~ habit ~ '_mails_count, 0)') }} as main_email_{{ habit }}_ratio,
        {%- endfor %}
        coalesce(mails.device_known_mails_count, 0) as device_known_mails_count,
        coalesce(mails.platform_known_mails_count, 0) as platform_known_mails_count,
        -- who wants no more mail is as engaged as without it: late clicks and opens are no reason to write
        level_product_days_count * used_product_points + level_social_days_count * interacted_socially_points
            + case when unsubscribed_date is null then level_click_days_count * clicked_mail_points + level_open_days_count * opened_mail_points else 0 end as engagement_score,
        case when unsubscribed_date is null then last_engagement_date else last_engagement_beside_mail_date end as last_counted_date
    from {{ ref('int_customer_engagement_as_of') }} as days
    cross join weights
    left join {{ ref('int_customer_mails_as_of') }} as mails
        on days.customer_id = mails.customer_id
        and days.as_of_date = mails.as_of_date
)

select
    facts.*,
    {{ days_between('last_counted_date', 'as_of_date') }} as days_since_last_engagement,
    {{ days_between('unsubscribed_date', 'as_of_date') }} as days_since_unsubscribing,
    mails_sent_count - mails_bounced_count as mails_delivered_count,
    case
        when not (has_campaign_events or has_product_events or has_social_interactions) then 'unknown'
        when is_unsubscribed and level_product_days_count + level_social_days_count = 0 then 'unsubscribed'
        when last_engagement_date is null and email_recipients_count is null and has_rejected_engagement_rows then 'rejected'
        else 'recorded'
    end as engagement_level_situation,
    case
        when not has_campaign_events then 'unknown'
        when is_unsubscribed then 'unsubscribed'
        when mails_sent_count > 0 then 'mailed'
        when email_recipients_count is null and has_rejected_mail_rows then 'rejected'
        else 'not_mailed'
    end as email_engagement_situation,
    {%- for habit, needed in {'kind': 'has_campaign_events and has_campaigns', 'device': 'has_campaign_events', 'platform': 'has_campaign_events'}.items() %}
    case
        when not ({{ needed }}) then 'unknown'
        when email_recipients_count is null and has_rejected_mail_rows then 'rejected'
        when opened_mails_count = 0 then 'none_opened'
        else coalesce(main_email_{{ habit }}, 'unrecorded')
    end as email_{{ habit }}_situation,
    {%- endfor %}
    case
        when not has_social_interactions then 'unknown'
        when last_social_date is null and has_rejected_social_rows then 'rejected'
        else 'recorded'
    end as social_activity_situation
from facts
cross join declared
