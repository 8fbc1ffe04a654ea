{# One row with some numbers of the seed persona_settings as columns. #}
{% macro persona_settings(wanted) -%}
    select
        {%- for setting in wanted %}
        max(case when setting_key = '{{ setting }}' then setting_value end) as {{ setting }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('persona_settings') }}
{%- endmacro %}
