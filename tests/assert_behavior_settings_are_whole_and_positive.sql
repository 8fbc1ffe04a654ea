-- every number of the behavioral schemes is there, whole and above zero: a name that is lacking would be a window without days
with

wanted as (
    {%- for setting in ['activity_interval_days', 'activity_trend_days', 'habit_days', 'intent_days', 'cart_wait_days', 'long_view_seconds', 'repeat_visit_days_count'] %}
    select '{{ setting }}' as setting
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select wanted.setting, settings.setting_value
from wanted
left join {{ ref('settings') }} as settings
    on wanted.setting = settings.setting
    and settings.topic = 'behavior'
where settings.setting_value is null
    or settings.setting_value <= 0
    or settings.setting_value <> floor(settings.setting_value)
