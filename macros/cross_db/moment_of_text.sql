{# A text as a moment in UTC, null where it is none: an offset is taken off, without one the clock is UTC. A zone by its
   name (`Europe/Berlin`, `PST`) is none here, but for UTC; the loader has put its offset in its place. #}
{% macro moment_of_text(expression) %}
    {{- return(adapter.dispatch('moment_of_text', 'customer_segmentation')(expression)) -}}
{% endmacro %}

{% macro default__moment_of_text(expression) -%}
    {{ try_cast(expression, 'timestamp') }}
{%- endmacro %}

{# DuckDB keeps a zone that it met by its name for the values after it in the same vector, so no name may reach the cast. #}
{% macro duckdb__moment_of_text(expression) -%}
    {%- set x = expression -%}
    {{ try_cast(
        "case when not regexp_matches(" ~ x ~ ", '\\s[A-Za-z]') then " ~ x
        ~ " when regexp_full_match(" ~ x ~ ", '[^A-Za-z]*\\s(UTC|GMT)') then concat(left(" ~ x ~ ", length(" ~ x ~ ") - 4), 'Z') end",
        'timestamp',
    ) }}
{%- endmacro %}
