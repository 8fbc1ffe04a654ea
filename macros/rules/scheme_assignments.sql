{# One row per customer of a scheme, with what explains its label: the rule, the value that decided, the bounds of the
   rule. `numbers` and `texts` are the measures of the relation that rules of the scheme name as deciding measure.
   `lower`, `upper`: columns that hold the bounds where they are no constants of the rule (cut points). #}
{% macro scheme_assignments(relation, scheme, numbers=[], texts=[], lower='rules.lower_bound', upper='rules.upper_bound') -%}
select
    labelled.customer_id,
    '{{ scheme }}' as scheme,
    labelled.as_of_date,
    labelled.{{ scheme }}_segment as segment,
    rules.rule_id,
    rules.rule_version,
    rules.deciding_measure,
    {% if numbers -%}
    case rules.deciding_measure
        {%- for measure in numbers %}
        when '{{ measure }}' then cast(labelled.{{ measure }} as {{ type_double() }})
        {%- endfor %}
    end
    {%- else -%}
    cast(null as {{ type_double() }})
    {%- endif %} as deciding_value,
    case rules.deciding_measure
        {%- for measure in numbers + texts %}
        when '{{ measure }}' then cast(labelled.{{ measure }} as {{ dbt.type_string() }})
        {%- endfor %}
        {%- if not numbers and not texts %}
        when '' then ''
        {%- endif %}
    end as deciding_text,
    cast({{ lower }} as {{ type_double() }}) as lower_bound,
    cast({{ upper }} as {{ type_double() }}) as upper_bound
from {{ relation }} as labelled
inner join {{ ref('old_segment_rules') }} as rules
    on labelled.{{ scheme }}_rule_id = rules.rule_id
{%- endmacro %}
