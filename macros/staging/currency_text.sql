{# A currency as its code of three letters (ISO 4217), however it was written. Of the signs only those are read that one
   currency has: $ and kr stand for many. #}
{% macro currency_text(column) -%}
    case
            when upper({{ column }}) in ('€', 'EURO', 'EUROS') then 'EUR'
            when upper({{ column }}) = '£' then 'GBP'
            when upper({{ column }}) = 'US$' then 'USD'
            else upper({{ column }})
        end
{%- endmacro %}
