{# A var (or what is `given` instead of it) that is one of some words with a meaning of their own (today, first) or a real
   date; returns the word or the date as text. #}
{% macro date_setting(name, words, given='') %}
    {%- set value = given or (var(name) | string | trim) -%}
    {%- if value not in words -%}
        {%- set parts = modules.re.fullmatch('(\\d{4})-(\\d{2})-(\\d{2})', value) -%}
        {%- set sentence = "The setting '" ~ name ~ "' is '" ~ value ~ "'; it must be '" ~ words[0] ~ "' or a real date such as 2026-06-30"
            ~ (", or '" ~ words[1:] | join("', '") ~ "'" if words[1:] else "") ~ "." -%}
        {%- if not parts -%}{{ exceptions.raise_compiler_error(sentence) }}{%- endif -%}
        {%- set year, month, day_of_month = parts.group(1) | int, parts.group(2) | int, parts.group(3) | int -%}
        {%- set days_in_month = [31, 29 if (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)) else 28,
                                 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] -%}
        {%- if year < 1971 or year > 2200 or month < 1 or month > 12
               or day_of_month < 1 or day_of_month > days_in_month[month - 1] -%}
            {{ exceptions.raise_compiler_error(sentence) }}
        {%- endif -%}
    {%- endif -%}
    {{ return(value) }}
{% endmacro %}
