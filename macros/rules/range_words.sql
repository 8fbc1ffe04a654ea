{# A range of a measure in words: "days_since_last_order from 90 up to 120". #}
{% macro range_words(measure, start, end) -%}
    concat(
        {{ measure }},
        case when {{ start }} > -1e300 then concat(' from ', {{ number_words(start) }}) else '' end,
        case when {{ end }} is not null then concat(' up to ', {{ number_words(end) }}) else '' end
    )
{%- endmacro %}
