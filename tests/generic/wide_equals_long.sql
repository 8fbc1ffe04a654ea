{# Each <scheme>_segment column of the wide table says what the long table says. #}
{% test wide_equals_long(model) %}
{%- set catalogue = ref('scheme_catalogue') -%}
{%- set schemes = run_query('select scheme from ' ~ catalogue ~ ' order by scheme').columns[0].values() if execute else ['parsed'] -%}
{% for scheme in schemes %}
select
    long_labels.customer_id,
    '{{ scheme }}' as scheme,
    long_labels.segment as long_segment,
    wide_labels.{{ scheme }}_segment as wide_segment
from {{ ref('customer_segment_assignments') }} as long_labels
left join {{ model }} as wide_labels
    on long_labels.customer_id = wide_labels.customer_id
where long_labels.scheme = '{{ scheme }}'
    and coalesce(wide_labels.{{ scheme }}_segment, '') <> long_labels.segment
{{ 'union all' if not loop.last }}
{% endfor %}
{% endtest %}
