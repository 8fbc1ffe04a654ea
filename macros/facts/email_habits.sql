{# One row per customer and as-of date with a mail opened in the window of habits: how many, the kind opened most (of equals the first by the
   alphabet), and the class of device and the platform with most of them (of equals the first of its list). A mail opened on two devices
   counts for both, and once in `<name>_known`. `devices`: name -> its classes. Reads the CTE `calendar` of the model that asks. #}
{% macro email_habits(devices) -%}
    {%- set classes = devices.values() | sum(start=[]) -%}
    select
        counts.*
        {%- for name, among in devices.items() %},
        {{ among | join('_mails_count + ') }}_mails_count as {{ name }}_mails_count,
        greatest({{ among | join('_mails_count, ') }}_mails_count) as main_{{ name }}_mails_count,
        case
            {%- for one in among %}
            when {{ one }}_mails_count > 0 and {{ one }}_mails_count = greatest({{ among | join('_mails_count, ') }}_mails_count) then '{{ one }}'
            {%- endfor %}
        end as main_email_{{ name }}
        {%- endfor %}
    from (
        select
            customer_id,
            as_of_date,
            sum(mails_count) as opened_mails_count,
            sum(case when kind is not null then mails_count else 0 end) as kind_mails_count,
            max(case when position = 1 and kind is not null then mails_count end) as main_kind_mails_count,
            max(case when position = 1 then kind end) as main_email_kind
            {%- for one in classes %},
            sum({{ one }}_mails_count) as {{ one }}_mails_count
            {%- endfor %}
            {%- for name in devices %},
            sum({{ name }}_known_mails_count) as {{ name }}_known_mails_count
            {%- endfor %}
        from (
            select
                mails.customer_id,
                calendar.as_of_date,
                mails.kind,
                count(*) as mails_count,
                {%- for one in classes %}
                sum(case when mails.{{ one }}_date <= calendar.as_of_date then 1 else 0 end) as {{ one }}_mails_count,
                {%- endfor %}
                {%- for name, among in devices.items() %}
                sum(case when mails.{{ among | join('_date <= calendar.as_of_date or mails.') }}_date <= calendar.as_of_date then 1 else 0 end) as {{ name }}_known_mails_count,
                {%- endfor %}
                row_number() over (
                    partition by mails.customer_id, calendar.as_of_date
                    order by case when mails.kind is null then 1 else 0 end, count(*) desc, mails.kind
                ) as position
            from {{ ref('int_customer_mails') }} as mails
            inner join calendar
                on mails.opened_date = calendar.mail_date
                and calendar.is_in_habit_window
            group by mails.customer_id, calendar.as_of_date, mails.kind
        ) as kinds
        group by customer_id, as_of_date
    ) as counts
{%- endmacro %}
