{# One row per contact with use of the product, a click in a mail or a webinar in the window of roles: days of each and of any. Reads
   `users` of int_contact_signs. #}
{% macro contact_engagement() -%}
    select
        engaged_days.contact_id,
        count(distinct engaged_days.activity_date) as engaged_days_count
        {%- for kind in ['use', 'click', 'webinar'] %},
        sum(case when engaged_days.kind = '{{ kind }}' then 1 else 0 end) as {{ kind }}_days_count
        {%- endfor %}
    from (
        select users.contact_id, days.activity_date, 'use' as kind
        from users
        inner join {{ ref('int_customer_use_days') }} as days on users.user_id = days.user_id
        union
        select users.contact_id, events.occurred_date as activity_date, 'webinar' as kind
        from users
        inner join {{ ref('int_product_events_owned') }} as events on users.user_id = events.user_id
        inner join {{ ref('event_signals') }} as signals
            on signals.signal = 'registered_for_webinar'
            and events.event_name like signals.event_name_pattern
        union
        select recipient_id as contact_id, clicked_date as activity_date, 'click' as kind from {{ ref('int_customer_mails') }}
    ) as engaged_days
    cross join ({{ settings('relationship', ['role_days']) }}) as settings
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and engaged_days.activity_date <= spine.as_of_date
        and {{ days_between('engaged_days.activity_date', 'spine.as_of_date') }} < settings.role_days
    group by engaged_days.contact_id
{%- endmacro %}
