{# A column in the contract's type; `found` says what the raw table has of it (none: nothing, so a typed null). A moment
   without a clock, be it text (ten letters at most) or a date by type, is that day of the reporting time zone; one with
   a clock and no offset is UTC. #}
{% macro typed_value(column, found) -%}
    {%- set data_type = dbt.type_string() if column.data_type == 'string' else column.data_type -%}
    {%- if not found -%}
        cast(null as {{ data_type }})
    {%- elif column.data_type == 'string' or found.is_typed -%}
        cast({{ column.name }} as {{ data_type }})
    {%- elif column.data_type == 'timestamp' and found.is_day -%}
        {{ start_of_day(column.name) }}
    {%- elif column.data_type == 'timestamp' and found.is_text and deployment_setting('reporting_time_zone') != 'UTC' -%}
        case when length({{ column.name }}) <= 10 then {{ start_of_day('try_cast(' ~ column.name ~ ' as date)') }} else {{ moment_of_text(column.name) }} end
    {%- elif column.data_type == 'timestamp' and found.is_text -%}
        {{ moment_of_text(column.name) }}
    {%- else -%}
        {{ try_cast(column.name, column.data_type) }}
    {%- endif -%}
{%- endmacro %}
