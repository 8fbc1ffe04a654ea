{# One row per text of a relation (column `worded`) with the key that a seed of patterns gives it: of those that fit the lowest priority
   number decides. Patterns are read on the words alone, so they match whole words. #}
{% macro worded_keys(relation, patterns, key) -%}
    select texts.worded, min_by(patterns.{{ key }}, patterns.priority) as {{ key }}
    from (select distinct worded from {{ relation }} where worded is not null) as texts
    inner join {{ patterns }} as patterns on {{ word_text('texts.worded') }} like patterns.pattern
    group by texts.worded
{%- endmacro %}
