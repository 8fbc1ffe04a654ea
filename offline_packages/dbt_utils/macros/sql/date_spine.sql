{%- macro date_spine(datepart, start_date, end_date) -%}
    {{- return(adapter.dispatch('date_spine', 'dbt_utils')(datepart, start_date, end_date)) -}}
{%- endmacro -%}

{#- dbt itself has carried this macro since 1.7, with the same arguments and the same result. -#}
{%- macro default__date_spine(datepart, start_date, end_date) -%}
    {{- return(dbt.date_spine(datepart, start_date, end_date)) -}}
{%- endmacro -%}
