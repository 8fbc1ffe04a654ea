{# The only source of "now": the day, in the reporting time zone, up to whose end the run may know facts.
   Returns a date literal. Only int_as_of_dates calls it; every other model reads that spine. #}
{% macro as_of_date() %}
    {%- set day = date_setting('as_of_date', 'today') -%}
    {%- if day == 'today' -%}
        {%- set day = run_started_at.astimezone(modules.pytz.timezone(reporting_time_zone())).date() -%}
    {%- endif -%}
    cast('{{ day }}' as date)
{%- endmacro %}
