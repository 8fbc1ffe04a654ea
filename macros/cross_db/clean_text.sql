{# Text as a person reads it: one Unicode form (NFC), no control or zero-width characters, no blanks around,
   and null for the ways in which systems write "nothing". #}
{% macro clean_text(expression, null_texts) %}
    {{- return(adapter.dispatch('clean_text')(expression, null_texts)) -}}
{% endmacro %}

{% macro default__clean_text(expression, null_texts) -%}
    nullif(regexp_replace({{ expression }}, '^({{ null_texts | join('|') }})$', '', 'i'), '')
{%- endmacro %}

{% macro duckdb__clean_text(expression, null_texts) -%}
    {%- set stripped -%}
        trim(regexp_replace(nfc_normalize({{ expression }}), '[\x00-\x1F\x7F\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}\x{FEFF}\x{00A0}]+', ' ', 'g'))
    {%- endset -%}
    case when lower({{ stripped }}) not in ({% for t in null_texts %}'{{ t }}'{{ ', ' if not loop.last }}{% endfor %}) then {{ stripped }} end
{%- endmacro %}
