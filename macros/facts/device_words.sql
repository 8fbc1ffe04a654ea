{# One row per device that events of a relation name (columns `sources`, not all null): what the patterns of the seed device_words make of
   it, none where no pattern fits. `made`: column of the seed -> the source that decides first; the others stand in where it says nothing. #}
{% macro device_words(relation, sources, made) -%}
select
    {{ sources | join(', ') }}
    {%- for column in made %},
    max(case when {{ column }}_choice = 1 then {{ column }} end) as {{ column }}
    {%- endfor %}
from (
    select
        words.*
        {%- for column, first in made.items() %},
        patterns.{{ column }},
        row_number() over (
            partition by words.{{ sources | join(', words.') }}
            order by
                case when patterns.{{ column }} is null then 1 else 0 end,
                case when patterns.source_column = '{{ first }}' then 0 else 1 end,
                length(patterns.pattern) desc,
                patterns.pattern,
                patterns.source_column
        ) as {{ column }}_choice
        {%- endfor %}
    from (
        select
            {%- for source in sources %}
            coalesce({{ source }}, '') as {{ source }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ relation }}
        group by {% for source in sources %}coalesce({{ source }}, ''){{ ', ' if not loop.last }}{% endfor %}
    ) as words
    inner join {{ ref('device_words') }} as patterns
        on case patterns.source_column{% for source in sources %} when '{{ source }}' then words.{{ source }}{% endfor %} end like patterns.pattern
) as fitting
group by {{ sources | join(', ') }}
{%- endmacro %}
