{# Text as a person reads it: one Unicode form (NFC), no control or zero-width characters, no blanks around. #}
{% macro plain_text(expression) %}
    {{- return(adapter.dispatch('plain_text', 'customer_segmentation')(expression)) -}}
{% endmacro %}

{% macro default__plain_text(expression) -%}
    trim({{ expression }})
{%- endmacro %}

{# Nearly every value is printable ASCII without blanks around: one cheap match spares it the rest. #}
{% macro duckdb__plain_text(expression) -%}
    case
            when regexp_full_match({{ expression }}, '[!-~]+( +[!-~]+)*') then {{ expression }}
            else trim(regexp_replace(nfc_normalize({{ expression }}), '[\x00-\x1F\x7F\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}\x{FEFF}\x{00A0}]+', ' ', 'g'))
        end
{%- endmacro %}
