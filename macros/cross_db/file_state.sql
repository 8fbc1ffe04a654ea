{# Bytes and last change (microseconds since 1970, UTC) of a file that the engine can read; nothing where it is not there. #}
{% macro file_state(path) %}
    {{- return(adapter.dispatch('file_state', 'customer_segmentation')(path)) -}}
{% endmacro %}

{% macro default__file_state(path) %}
    {{- exceptions.raise_compiler_error("Only DuckDB reads delivered files where they lie.") -}}
{% endmacro %}

{% macro duckdb__file_state(path) %}
    {#- in a pattern these letters stand for others; in brackets each stands for itself -#}
    {%- set pattern = modules.re.sub('([*?[])', '[\\1]', path) | replace("'", "''") -%}
    {%- if run_query("select file from glob('" ~ pattern ~ "')").rows | length == 1 -%}
        {%- set row = run_query("select size, epoch_us(last_modified) from read_blob('" ~ pattern ~ "')").rows[0] -%}
        {{- return((row[0], row[1])) -}}
    {%- endif -%}
    {{- return(none) -}}
{% endmacro %}
