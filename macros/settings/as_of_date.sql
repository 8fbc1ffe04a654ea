{# The only source of "now": the day, in the reporting time zone, up to whose end the run may know facts.
   Returns a date literal. Only int_as_of_dates calls it; every other model reads that spine. #}
{% macro as_of_date() %}
    {%- set value = var('as_of_date') | string | trim -%}
    {%- if value == 'today' -%}
        {%- set day = run_started_at.astimezone(modules.pytz.timezone(reporting_time_zone())).date() -%}
    {%- else -%}
        {%- set parts = modules.re.fullmatch('(\\d{4})-(\\d{2})-(\\d{2})', value) -%}
        {%- set sentence = "The setting 'as_of_date' is '" ~ value ~ "'; it must be 'today' or a real date such as 2026-06-30." -%}
        {%- if not parts -%}{{ exceptions.raise_compiler_error(sentence) }}{%- endif -%}
        {%- set year, month, day_of_month = parts.group(1) | int, parts.group(2) | int, parts.group(3) | int -%}
        {%- set days_in_month = [31, 29 if (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)) else 28,
                                 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] -%}
        {%- if year < 1971 or year > 2200 or month < 1 or month > 12
               or day_of_month < 1 or day_of_month > days_in_month[month - 1] -%}
            {{ exceptions.raise_compiler_error(sentence) }}
        {%- endif -%}
        {%- set day = value -%}
    {%- endif -%}
    cast('{{ day }}' as date)
{%- endmacro %}
