{# What is wrong with the value of a var, as a sentence; an empty text where nothing is. `declared`: its entry in deployment_settings. #}
{% macro setting_problem(name, declared, value) %}
    {%- set kind = declared.kind -%}
    {%- if kind in ['input_tables', 'changed_rows'] -%}
        {%- set expected = unexpected_input_tables(value) if kind == 'input_tables' else unexpected_changed_rows(value) -%}
        {{ return("The setting '" ~ name ~ "' " ~ expected ~ "." if expected else '') }}
    {%- endif -%}
    {%- set expected = {
        'number': unexpected_number, 'whole_number': unexpected_number, 'choice': unexpected_choice, 'pattern': unexpected_text,
        'time_zone': unexpected_time_zone, 'date': unexpected_date, 'weights': unexpected_weights,
    }[kind](declared, value) -%}
    {{ return("The setting '" ~ name ~ "' is '" ~ value ~ "'; it must be " ~ expected ~ ". Correct it in dbt_project.yml or in --vars."
        if expected else '') }}
{% endmacro %}

{# Each of the macros below says what the value should have been, or nothing. #}
{% macro unexpected_number(declared, value) %}
    {%- if not is_number_within(value, declared.minimum, declared.maximum) or (declared.unit and value != value | int) -%}
        {{ return('a ' ~ ('whole number of ' ~ declared.unit if declared.unit else 'number') ~ ' from ' ~ declared.minimum ~ ' to ' ~ declared.maximum) }}
    {%- endif -%}
{% endmacro %}

{# Flags are numbers to Python, and not-a-number lies within nothing. #}
{% macro is_number_within(value, minimum, maximum) %}
    {{ return(value is number and value is not sameas true and value is not sameas false and minimum <= value <= maximum) }}
{% endmacro %}

{% macro unexpected_choice(declared, value) %}
    {{ return('' if value in declared.choices else 'one of ' ~ declared.choices | join(', ')) }}
{% endmacro %}

{# As a whole: identifiers and codes. #}
{% macro unexpected_text(declared, value) %}
    {{ return('' if value is string and modules.re.fullmatch(declared.pattern, value) else declared.shape) }}
{% endmacro %}

{% macro unexpected_time_zone(declared, value) %}
    {{ return('' if value | string in modules.pytz.all_timezones_set else 'the name of a known time zone such as UTC or Europe/Berlin') }}
{% endmacro %}

{# One of some words with a meaning of their own, or a real date. #}
{% macro unexpected_date(declared, value) %}
    {%- set parts = modules.re.fullmatch('([0-9]{4})-([0-9]{2})-([0-9]{2})', value | string) -%}
    {%- set year, month, day = (parts.group(1) | int, parts.group(2) | int, parts.group(3) | int) if parts else (0, 0, 0) -%}
    {%- set february = 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28 -%}
    {%- if value not in declared.words and not (1971 <= year <= 2200 and 1 <= month <= 12
           and 1 <= day <= [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]) -%}
        {{ return("'" ~ declared.words | join("', '") ~ "' or a real date such as 2026-06-30") }}
    {%- endif -%}
{% endmacro %}

{# A number of 0 or more for each name, not all 0; their sum need not be 1. #}
{% macro unexpected_weights(declared, value) %}
    {%- set numbers = [] -%}
    {%- for weight in (value.values() if value is mapping else []) if is_number_within(weight, 0, 1000) -%}{%- do numbers.append(weight) -%}{%- endfor -%}
    {%- if numbers | length != declared.names | length or value | list | sort != declared.names | sort or numbers | sum == 0 -%}
        {{ return('a number from 0 to 1000 for each of ' ~ declared.names | join(', ') ~ ', not all 0') }}
    {%- endif -%}
{% endmacro %}

{# `loaded`, names of input tables, or these with the model that delivers each. What nobody can know before a run (has anything been
   loaded) is asked by `input_tables`. #}
{% macro unexpected_input_tables(value) %}
    {%- if value != 'loaded' and (value is string or value is not iterable) -%}
        {{ return("is '" ~ value ~ "'; it must be 'loaded', a list of table names, or table names each with the model that delivers it, such as {customers: my_customers}") }}
    {%- endif -%}
    {%- set known = input_table_names() if value != 'loaded' -%}
    {%- for table in (value if known else []) -%}
        {%- if table not in known -%}
            {{ return("names '" ~ table ~ "', which is no input table; the nearest is '" ~ nearest_name(table | string, known) ~ "'") }}
        {%- elif value is mapping and not modules.re.fullmatch('[A-Za-z_][A-Za-z0-9_]*([.][A-Za-z_][A-Za-z0-9_]*)?', value[table] | string) -%}
            {{ return("names no model for '" ~ table ~ "'; say which of your models delivers it, such as {" ~ table ~ ": my_" ~ table ~ "}") }}
        {%- elif value is mapping and value[table] == 'stg_' ~ table -%}
            {{ return("names the model 'stg_" ~ table ~ "', and there is one of that name in customer_segmentation too; say whose is meant, such as my_project.stg_" ~ table) }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

{# Seeds, each with a list of rows; the rows themselves are checked by `change_rows`, beside the seed. #}
{% macro unexpected_changed_rows(value) %}
    {%- for rows in (value.values() if value is mapping else ['no mapping']) -%}
        {%- if rows is string or rows is mapping or rows is not iterable or rows | reject('mapping') | list -%}
            {{ return("is '" ~ value ~ "'; it must give seeds a list of rows each, such as {settings: [{topic: gate, setting: ranked_buyers_count, setting_value: 15}]}") }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
