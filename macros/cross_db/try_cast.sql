{# A cast that gives null, never an error and never a silent change, for a value the type cannot hold:
   1.5 is no whole number, NaN and infinity are no number, a timestamp with an offset is moved to UTC. #}
{% macro try_cast(expression, data_type) %}
    {{- return(adapter.dispatch('try_cast', 'customer_segmentation')(expression, data_type)) -}}
{% endmacro %}

{% macro default__try_cast(expression, data_type) -%}
    {%- if data_type == 'bigint' -%}
        case when try_cast({{ expression }} as decimal(38, 6)) % 1 = 0 then try_cast({{ expression }} as bigint) end
    {%- elif data_type == 'double' -%}
        case when abs(try_cast({{ expression }} as double)) <= 1.7976931348623157e308 then try_cast({{ expression }} as double) end
    {%- else -%}
        try_cast({{ expression }} as {{ data_type }})
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__try_cast(expression, data_type) -%}
    {%- if data_type == 'timestamp' -%}
        {#- the last moments that the type can hold are an error of the engine in spite of the name of the cast #}
        try(timezone('UTC', try_cast({{ expression }} as timestamptz)))
    {%- else -%}
        {{- default__try_cast(expression, data_type) -}}
    {%- endif -%}
{%- endmacro %}
