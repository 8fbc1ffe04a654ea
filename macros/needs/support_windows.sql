{# One row per customer and as-of date with help sought in the window of support: days with each way, and with a contact (form or agent).
   Reads the CTE `days` of the model that asks. #}
{% macro support_windows(ways) -%}
select
    days.customer_id,
    spine.as_of_date,
    {%- for way in ways %}
    sum(days.is_{{ way }}) as {{ way }}_days_count,
    {%- endfor %}
    sum(case when days.is_form + days.is_agent > 0 then 1 else 0 end) as contact_days_count
from days
inner join {{ ref('int_as_of_dates') }} as spine
    on days.asked_date <= spine.as_of_date
cross join ({{ settings('needs', ['support_days']) }}) as settings
where {{ days_between('days.asked_date', 'spine.as_of_date') }} < settings.support_days
group by days.customer_id, spine.as_of_date
{%- endmacro %}
