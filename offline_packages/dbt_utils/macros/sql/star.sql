{%- macro star(from, relation_alias=False, except=[], prefix='', suffix='', quote_identifiers=True) -%}
    {{- return(adapter.dispatch('star', 'dbt_utils')(
        from, relation_alias, except, prefix, suffix, quote_identifiers
    )) -}}
{%- endmacro -%}

{%- macro default__star(from, relation_alias=False, except=[], prefix='', suffix='', quote_identifiers=True) -%}
    {%- if from is string -%}
        {%- do exceptions.raise_compiler_error(
            "star: 'from' must be a relation, such as ref('a_model'), not the text: " ~ from
        ) -%}
    {%- elif from.is_cte -%}
        {%- do exceptions.raise_compiler_error(
            "star: " ~ from.name ~ " is ephemeral, so the warehouse cannot be asked for its columns"
        ) -%}
    {%- endif -%}

    {#- While dbt only parses there is no warehouse to ask. -#}
    {%- if not execute -%}
        {%- do return('*') -%}
    {%- endif -%}

    {%- set left_out = except | map('lower') | list -%}
    {%- set selected = [] -%}
    {%- for column in adapter.get_columns_in_relation(from) if column.name | lower not in left_out -%}
        {%- set name = adapter.quote(column.name) if quote_identifiers else column.name -%}
        {%- set source = relation_alias ~ '.' ~ name if relation_alias else name -%}
        {%- if prefix or suffix -%}
            {%- set new_name = prefix ~ column.name ~ suffix -%}
            {%- set new_name = adapter.quote(new_name) if quote_identifiers else new_name -%}
            {%- do selected.append(source ~ ' as ' ~ new_name) -%}
        {%- else -%}
            {%- do selected.append(source) -%}
        {%- endif -%}
    {%- endfor -%}

    {%- if selected -%}
        {%- do return(selected | join(',\n    ')) -%}
    {%- elif flags.WHICH == 'compile' -%}
        {%- do return('*\n/* star: ' ~ from ~ ' has no such columns, or is not built yet */') -%}
    {%- else -%}
        {%- do return('/* star: ' ~ from ~ ' has no such columns, or is not built yet */') -%}
    {%- endif -%}
{%- endmacro -%}
