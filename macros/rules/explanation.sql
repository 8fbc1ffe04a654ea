{# A label in one line: the rule's words, the value that decided with the bounds around it, and the labels beyond them.
   "Two to four times the usual gap has passed since the last order: lapse_ratio is 2.31; down at 2: active; up at 4: dormant". #}
{% macro explanation(words, label) -%}
    concat(
        {{ words }},
        case when {{ label }}.deciding_text is not null
            then concat(': ', {{ label }}.deciding_measure, ' is ', coalesce({{ short_number(label ~ '.deciding_value') }}, {{ label }}.deciding_text))
            else ''
        end,
        {%- for side, direction in [('lower', 'down'), ('upper', 'up')] %}
        case when {{ label }}.deciding_text is not null and {{ label }}.{{ side }}_bound is not null
            then concat('; {{ direction }} at ', {{ short_number(label ~ '.' ~ side ~ '_bound') }}, ': ', coalesce({{ label }}.{{ side }}_segment, 'another label'))
            else ''
        end{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
