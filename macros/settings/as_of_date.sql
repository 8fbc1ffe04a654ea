{# The only source of "now": the day, in the reporting time zone, up to whose end the run may know facts.
   Returns a date literal. Only int_as_of_dates calls it; every other model reads that spine. #}
{% macro as_of_date() %}
    {{- "cast('" ~ as_of_day() ~ "' as date)" -}}
{%- endmacro %}

{# That day as text. The refresh command hands it over as a variable of the environment: a var that changes every day would
   make dbt parse the whole project every day. Plain dbt takes the day of the last refresh, so that it builds what the
   refresh built; where there was none, or where `load` has brought other rows since, it takes today. #}
{% macro as_of_day() %}
    {%- set day = deployment_setting('as_of_date') -%}
    {%- if day == 'last_refresh' -%}
        {%- set day = day_of_last_refresh() or 'today' -%}
    {%- endif -%}
    {%- if day == 'today' -%}
        {%- set day = run_started_at.astimezone(modules.pytz.timezone(deployment_setting('reporting_time_zone'))).date() | string -%}
    {%- endif -%}
    {{ return(day) }}
{% endmacro %}

{# The day that the last refresh left beside the tables it loaded; none where nothing or nobody left one. #}
{% macro day_of_last_refresh() %}
    {%- set record = adapter.get_relation(database=target.database, schema=deployment_setting('raw_schema'), identifier='load_record') if execute -%}
    {%- if record -%}
        {{ return(first_value('select cast(as_of_date as ' ~ dbt.type_string() ~ ') from ' ~ record)) }}
    {%- endif -%}
{% endmacro %}

{# The value of the first row of a query; none where there is no row. #}
{% macro first_value(query) %}
    {{- return(run_query(query).columns[0].values() | first) -}}
{% endmacro %}
