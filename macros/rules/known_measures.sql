{# The segment of a rule; a rule that names a measure which the family's facts do not have stops the run and says so. #}
{% macro known_measures(family, measures, texts) -%}
    case
            {%- for column, known in [('measure', measures), ('shown_lower_measure', measures), ('shown_upper_measure', measures), ('shown_measure', measures + texts)] %}
            when {{ column }} not in ('{{ known | join("', '") }}')
                then {{ raise_error("concat('seeds/rules/segment_rules.csv: rule ', rule_id, ' names the measure ', " ~ column ~ ", ' which " ~ family ~ "_labels does not list.')") }}
            {%- endfor %}
            else segment
        end
{%- endmacro %}
