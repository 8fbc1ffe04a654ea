{# Of some names the one that is most like a given one. #}
{% macro nearest_name(name, candidates) %}
    {%- set best = namespace(name='', score=-1) -%}
    {%- for candidate in candidates | sort -%}
        {%- set score = likeness(name, candidate) -%}
        {%- if score > best.score %}{% set best.name = candidate %}{% set best.score = score %}{% endif -%}
    {%- endfor -%}
    {{ return(best.name) }}
{% endmacro %}

{# How many neighbouring letter pairs two names share (Dice coefficient, 0 to 1). #}
{% macro likeness(name, other) %}
    {%- set wanted = [] -%}
    {%- for i in range(name | length - 1) %}{% do wanted.append((name | lower)[i:i + 2]) %}{% endfor -%}
    {%- set shared = [] -%}
    {%- for i in range(other | length - 1) if (other | lower)[i:i + 2] in wanted %}{% do shared.append(i) %}{% endfor -%}
    {{ return(2 * shared | length / ((name | length) + (other | length))) }}
{% endmacro %}
