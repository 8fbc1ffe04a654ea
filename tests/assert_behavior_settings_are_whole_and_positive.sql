-- every number of the behavioral schemes is there, whole and above zero: a name that is lacking would be a window without days
with

wanted as (
    {%- for setting in ['activity_interval_days', 'activity_trend_days', 'habit_days', 'intent_days', 'cart_wait_days', 'long_view_seconds', 'repeat_visit_days_count'] %}
    select '{{ setting }}' as setting
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    concat(
        'seeds/rules/settings.csv: behavior, ', wanted.setting, ' is ', coalesce(cast(settings.setting_value as {{ dbt.type_string() }}), 'missing'),
        '; it must be a whole number above zero'
    ) as problem
from wanted
left join {{ ref('settings') }} as settings
    on wanted.setting = settings.setting
    and settings.topic = 'behavior'
where settings.setting_value is null
    or settings.setting_value <= 0
    or settings.setting_value <> floor(settings.setting_value)
