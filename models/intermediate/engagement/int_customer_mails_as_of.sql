{%- set devices = {'device': ['mobile', 'desktop', 'tablet'], 'platform': ['apple', 'android', 'windows', 'other']} -%}
-- one row per customer and as-of date from the first mail or unsubscription on: what became of the mails sent in the window of mails, which
-- kinds were opened on which devices in that of habits, and who still wants mail
with

-- each day with each as-of date it counts for, decided once for all customers
calendar as (
    select
        days.mail_date,
        spine.as_of_date,
        {{ days_between('days.mail_date', 'spine.as_of_date') }} < settings.email_days as is_in_email_window,
        {{ days_between('days.mail_date', 'spine.as_of_date') }} < settings.habit_days as is_in_habit_window
    from (
        select mailed_date as mail_date from {{ ref('int_customer_mails') }}
        union
        select opened_date as mail_date from {{ ref('int_customer_mails') }}
    ) as days
    inner join {{ ref('int_as_of_dates') }} as spine
        on days.mail_date <= spine.as_of_date
    cross join ({{ settings('engagement', ['email_days', 'habit_days']) }}) as settings
),

recipients as (
    select
        customer_id, recipient_id, min(first_date) as first_date, min(unsubscribed_date) as unsubscribed_date,
        min(min(case when recipient_id = '' then unsubscribed_date end)) over (partition by customer_id) as wholly_unsubscribed_date
    from {{ ref('int_customer_mails') }}
    group by customer_id, recipient_id
),

wishes as (
    select
        recipients.customer_id,
        spine.as_of_date,
        count(*) as email_recipients_count,
        sum(case when unsubscribed_date <= spine.as_of_date then 1 else 0 end) as unsubscribed_recipients_count,
        -- whose first sign was the wish never stood against that of the others
        coalesce(max(case when recipients.first_date < unsubscribed_date then unsubscribed_date end), min(unsubscribed_date)) as last_unsubscribed_date,
        min(case when recipients.wholly_unsubscribed_date <= spine.as_of_date then recipients.wholly_unsubscribed_date end) as wholly_unsubscribed_date
    from recipients
    inner join {{ ref('int_as_of_dates') }} as spine on recipients.first_date <= spine.as_of_date
    group by recipients.customer_id, spine.as_of_date
),

sent as (
    select
        mails.customer_id,
        calendar.as_of_date,
        count(*) as mails_sent_count,
        -- who opened a mail has got it, whatever bounced; a soft bounce is tried again
        sum(case when bounced_date <= as_of_date and coalesce(opened_date > as_of_date, true) and coalesce(delivered_date <= bounced_date or delivered_date > as_of_date, true) then 1 else 0 end) as mails_bounced_count,
        sum(case when opened_date <= as_of_date then 1 else 0 end) as mails_opened_count,
        sum(case when clicked_date <= as_of_date then 1 else 0 end) as mails_clicked_count,
        sum(case when sent_date <= as_of_date and (sent_date > recipients.unsubscribed_date or sent_date > recipients.wholly_unsubscribed_date) then 1 else 0 end) as mails_after_unsubscribing_count
    from {{ ref('int_customer_mails') }} as mails
    inner join calendar on mails.mailed_date = calendar.mail_date and calendar.is_in_email_window
    inner join recipients on mails.customer_id = recipients.customer_id and mails.recipient_id = recipients.recipient_id
    group by mails.customer_id, calendar.as_of_date
),

habits as (
    {{ email_habits(devices) }}
)

select
    wishes.*,
    -- who names no contact speaks for the customer as a whole
    least(wholly_unsubscribed_date, case when unsubscribed_recipients_count = email_recipients_count then last_unsubscribed_date end) as unsubscribed_date,
    habits.main_email_kind,
    habits.main_email_device,
    habits.main_email_platform,
    {%- for measure in ['sent', 'bounced', 'opened', 'clicked', 'after_unsubscribing'] %}
    coalesce(sent.mails_{{ measure }}_count, 0) as mails_{{ measure }}_count,
    {%- endfor %}
    {%- for measure in ['opened', 'kind', 'main_kind', 'main_device', 'main_platform', 'device_known', 'platform_known'] + devices.keys() | list + devices.values() | sum(start=[]) %}
    coalesce(habits.{{ measure }}_mails_count, 0) as {{ measure }}_mails_count{{ ',' if not loop.last }}
    {%- endfor %}
from wishes
left join sent on wishes.customer_id = sent.customer_id and wishes.as_of_date = sent.as_of_date
left join habits on wishes.customer_id = habits.customer_id and wishes.as_of_date = habits.as_of_date
