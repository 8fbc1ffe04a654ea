{# The only source of "now": the day, in the reporting time zone, up to whose end the run may know facts.
   Returns a date literal. Only int_as_of_dates calls it; every other model reads that spine. The refresh command hands the day
   over as a variable of the environment: a var that changes every day would make dbt parse the whole project every day. #}
{% macro as_of_date() %}
    {%- set day = date_setting('as_of_date', 'today', env_var('CUSTOMER_SEGMENTATION_AS_OF_DATE', '') if execute else '') -%}
    {%- if day == 'today' -%}
        {%- set day = run_started_at.astimezone(modules.pytz.timezone(reporting_time_zone())).date() -%}
    {%- endif -%}
    cast('{{ day }}' as date)
{%- endmacro %}
