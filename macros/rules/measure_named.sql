{# The value of the measure whose name stands in another column. #}
{% macro measure_named(name, measures) -%}
    case {{ name }}
            {%- for measure in measures %}
            when '{{ measure }}' then cast(situations.{{ measure }} as {{ type_double() }})
            {%- endfor %}
        end
{%- endmacro %}
