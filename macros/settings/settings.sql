{# One row with some numbers of a topic of the seed settings as columns, named as they are there; whole ones where their unit is a count. #}
{% macro settings(topic, wanted) -%}
    select
        {%- for setting in wanted %}
        max(case when setting = '{{ setting }}' then {% if setting.endswith(('_days', '_count', '_months', '_seconds')) %}cast(setting_value as {{ dbt.type_int() }}){% else %}setting_value{% endif %} end) as {{ setting }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('settings') }}
    where topic = '{{ topic }}'
{%- endmacro %}
