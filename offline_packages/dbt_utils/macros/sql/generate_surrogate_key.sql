{%- macro generate_surrogate_key(field_list) -%}
    {{- return(adapter.dispatch('generate_surrogate_key', 'dbt_utils')(field_list)) -}}
{%- endmacro -%}

{%- macro default__generate_surrogate_key(field_list) -%}
    {#- The text that stands for null; dbt-utils lets a project ask for the empty text instead. -#}
    {%- set null_text = '' if var('surrogate_key_treat_nulls_as_empty_strings', false)
        else '_dbt_utils_surrogate_key_null_' -%}
    {%- set parts = [] -%}
    {%- for field in field_list -%}
        {%- if parts -%}
            {%- do parts.append("'-'") -%}
        {%- endif -%}
        {%- do parts.append(
            "coalesce(cast(" ~ field ~ " as " ~ dbt.type_string() ~ "), '" ~ null_text ~ "')"
        ) -%}
    {%- endfor -%}
    {{- dbt.hash(dbt.concat(parts)) -}}
{%- endmacro -%}
