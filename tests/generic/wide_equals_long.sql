{# Each <scheme>_segment column of the wide table says what the long table says; a scheme without one stops the run and says so. #}
{% test wide_equals_long(model) %}
{%- set catalogue = ref('scheme_catalogue') -%}
{%- set schemes = run_query('select scheme from ' ~ catalogue ~ ' order by scheme').columns[0].values() if execute else ['parsed'] -%}
{%- set columns = adapter.get_columns_in_relation(model) | map(attribute='name') | list if execute else [] -%}
{%- for scheme in schemes if columns and scheme ~ '_segment' not in columns -%}
    {{- exceptions.raise_compiler_error('models/marts/core/_core__models.yml: the contract of ' ~ model.identifier ~ ' has no line ' ~ scheme ~ '_segment for the scheme ' ~ scheme ~ ' of scheme_catalogue.') -}}
{%- endfor -%}
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
