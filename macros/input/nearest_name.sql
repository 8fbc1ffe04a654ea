{# Of some names the one that shares most neighbouring letter pairs with a given one (Dice coefficient). #}
{% macro nearest_name(name, candidates) %}
    {%- set best = namespace(name='', score=-1) -%}
    {%- set wanted = [] -%}
    {%- for i in range(name | length - 1) %}{% do wanted.append((name | lower)[i:i + 2]) %}{% endfor -%}
    {%- for candidate in candidates | sort -%}
        {%- set shared = namespace(count=0) -%}
        {%- for i in range(candidate | length - 1) if (candidate | lower)[i:i + 2] in wanted -%}
            {%- set shared.count = shared.count + 1 -%}
        {%- endfor -%}
        {%- set score = 2 * shared.count / ((name | length) + (candidate | length)) -%}
        {%- if score > best.score %}{% set best.name = candidate %}{% set best.score = score %}{% endif -%}
    {%- endfor -%}
    {{ return(best.name) }}
{% endmacro %}
