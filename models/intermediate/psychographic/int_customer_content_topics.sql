-- one row per customer who engaged with content of a topic in the window of content before the current as-of date: the topic of most days, a day
-- with a page of it or a click in a mail of its kind, and its share in the days of all topics
with

limits as (
    select spine.as_of_date, settings.content_days
    from ({{ settings('psychographic', ['content_days']) }}) as settings
    inner join {{ ref('int_as_of_dates') }} as spine on spine.is_current
),

pages as (
    select page_path as worded from {{ ref('int_product_events_owned') }} group by page_path
),

page_topics as (
    {{ worded_keys('pages', '(select * from ' ~ ref('content_topics') ~ " where source = 'page')", 'topic') }}
),

kinds as (
    select kind as worded from {{ ref('int_customer_mails') }} group by kind
),

mail_topics as (
    {{ worded_keys('kinds', '(select * from ' ~ ref('content_topics') ~ " where source = 'mail')", 'topic') }}
),

days as (
    select events.customer_id, topics.topic, events.occurred_date as engaged_date
    from {{ ref('int_product_events_owned') }} as events
    inner join page_topics as topics on events.page_path = topics.worded
    union
    select mails.customer_id, topics.topic, mails.clicked_date as engaged_date
    from {{ ref('int_customer_mails') }} as mails
    inner join mail_topics as topics on mails.kind = topics.worded
),

counted as (
    select
        days.customer_id,
        days.topic,
        count(*) as topic_days_count,
        sum(count(*)) over (partition by days.customer_id) as content_days_count,
        rank() over (partition by days.customer_id order by count(*) desc) as position
    from days
    inner join limits
        on days.engaged_date <= limits.as_of_date
        and {{ days_between('days.engaged_date', 'limits.as_of_date') }} < limits.content_days
    group by days.customer_id, days.topic
)

select
    customer_id,
    -- equally many days of two topics make no main one
    case when count(*) = 1 then min(topic) else 'tied' end as main_topic,
    max(topic_days_count) as main_topic_days_count,
    max(content_days_count) as content_days_count,
    max(topic_days_count) / {{ double_literal('max(content_days_count)') }} as main_topic_ratio
from counted
where position = 1
group by customer_id
