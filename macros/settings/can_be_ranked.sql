{# Whether there are enough customers, known for long enough, to rank them among each other (settings of the topic gate). Without
   anybody: false. #}
{% macro can_be_ranked(customers_count, history_days) -%}
    coalesce({{ customers_count }} >= {{ _gate('ranked_buyers_count') }} and {{ history_days }} >= {{ _gate('ranked_history_days') }}, false)
{%- endmacro %}

{% macro _gate(setting) -%}
    (select max(setting_value) from {{ ref('settings') }} where topic = 'gate' and setting = '{{ setting }}')
{%- endmacro %}
