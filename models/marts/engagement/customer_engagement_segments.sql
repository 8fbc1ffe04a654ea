{%- set schemes = ['engagement_level', 'email_engagement', 'email_kind', 'email_device', 'email_platform', 'social_activity'] -%}
with

labels as (
    {{ wide_labels(ref('engagement_labels'), schemes) }}
),

facts as (
    select * from {{ ref('engagement_facts') }} where is_current
),

kinds as (
    select
        opened.customer_id,
        {{ joined_texts('opened.kind', '; ') }} as opened_email_kinds
    from (
        select mails.customer_id, mails.kind
        from {{ ref('int_customer_mails') }} as mails
        inner join {{ ref('int_as_of_dates') }} as spine
            on spine.is_current
            and mails.opened_date <= spine.as_of_date
        cross join ({{ settings('engagement', ['habit_days']) }}) as settings
        where {{ days_between('mails.opened_date', 'spine.as_of_date') }} < settings.habit_days
            and mails.kind is not null
        group by mails.customer_id, mails.kind
    ) as opened
    group by opened.customer_id
),

devices as (
    select mails.*
    from {{ ref('int_customer_mails_as_of') }} as mails
    inner join {{ ref('int_as_of_dates') }} as spine
        on mails.as_of_date = spine.as_of_date
        and spine.is_current
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    {%- for measure in ['engagement_score', 'level_click_days_count', 'level_open_days_count', 'level_product_days_count', 'level_social_days_count',
        'days_since_last_engagement', 'mails_sent_count', 'mails_delivered_count', 'mails_bounced_count', 'mails_opened_count', 'mails_clicked_count',
        'mails_after_unsubscribing_count', 'opened_mails_count', 'social_days_count'] %}
    cast(facts.{{ measure }} as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    {%- for measure in ['email_recipients_count', 'unsubscribed_recipients_count'] %}
    cast(coalesce(facts.{{ measure }}, 0) as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    facts.mails_bounced_count / {{ double_literal('nullif(facts.mails_sent_count, 0)') }} as email_bounce_ratio,
    facts.mails_opened_count / {{ double_literal('nullif(facts.mails_delivered_count, 0)') }} as email_open_ratio,
    facts.mails_clicked_count / {{ double_literal('nullif(facts.mails_delivered_count, 0)') }} as email_click_ratio,
    facts.is_unsubscribed,
    facts.unsubscribed_date,
    kinds.opened_email_kinds,
    {%- for habit in ['kind', 'device', 'platform'] %}
    facts.main_email_{{ habit }},
    facts.main_email_{{ habit }}_ratio,
    {%- endfor %}
    {%- for one, known in [('mobile', 'device'), ('tablet', 'device'), ('desktop', 'device'), ('apple', 'platform'), ('android', 'platform')] %}
    devices.{{ one }}_mails_count / {{ double_literal('nullif(devices.' ~ known ~ '_mails_count, 0)') }} as {{ one }}_email_ratio,
    {%- endfor %}
    facts.last_counted_date as last_engagement_date,
    facts.last_social_date
from facts
inner join labels
    on facts.customer_id = labels.customer_id
left join kinds
    on facts.customer_id = kinds.customer_id
left join devices
    on facts.customer_id = devices.customer_id
