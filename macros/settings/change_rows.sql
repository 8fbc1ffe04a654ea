{# Where a project that installs this one wants rows of a seed to be otherwise: the var `changed_rows` names seeds, and for each the key of a
   row beside the columns that change. It runs when the seed has been loaded, so whatever reads the seed (tests and Python models
   too) sees the changed rows. What is not there stops the run: a misspelt key would change nothing, and nobody would notice. #}
{% macro change_rows() %}
    {%- set changed = deployment_setting('changed_rows') -%}
    {%- if execute and changed -%}
        {%- set keys = changeable_keys() -%}
        {%- for seed in changed if seed not in keys -%}
            {{ refused_change("names the seed '" ~ seed ~ "', whose rows cannot be changed; the nearest is '" ~ nearest_name(seed, keys) ~ "'") }}
        {%- endfor -%}
        {%- for row in changed.get(model.name, []) -%}
            {%- do change_row(row, keys[model.name]) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{# One row: checked, then updated. #}
{% macro change_row(row, key) %}
    {%- set of_seed = " of the seed '" ~ model.name ~ "'" -%}
    {%- set columns = adapter.get_columns_in_relation(this) | map(attribute='name') | list -%}
    {%- for column, value in row.items() -%}
        {%- if column not in columns -%}
            {{ refused_change("names the column '" ~ column ~ "'" ~ of_seed ~ ", which is not there; the nearest is '" ~ nearest_name(column, columns) ~ "'") }}
        {%- elif value is not none and value is not string and value is not boolean and not is_number_within(value, -1e12, 1e12) -%}
            {{ refused_change("gives " ~ column ~ of_seed ~ " the value " ~ value ~ "; it must be a number, a text, true, false or null") }}
        {%- endif -%}
    {%- endfor -%}
    {%- set conditions, assignments = [], [] -%}
    {%- for column in key -%}
        {%- if row.get(column) is none -%}
            {{ refused_change("changes a row" ~ of_seed ~ " without its key (" ~ key | join(', ') ~ "): " ~ row) }}
        {%- endif -%}
        {%- do conditions.append(column ~ ' = ' ~ row_literal(row[column])) -%}
    {%- endfor -%}
    {%- for column, value in row.items() if column not in key -%}
        {%- do assignments.append(column ~ ' = ' ~ row_literal(value)) -%}
    {%- endfor -%}
    {%- if not assignments -%}
        {{ refused_change("changes nothing in a row" ~ of_seed ~ ": " ~ row) }}
    {%- endif -%}
    {%- if run_query('select 1 from ' ~ this ~ ' where ' ~ conditions | join(' and ')).rows | length == 0 -%}
        {%- set texts, known = [], [] -%}
        {%- for column in key -%}{%- do texts.append(row[column] | string) -%}{%- endfor -%}
        {%- for found in run_query('select ' ~ key | join(', ') ~ ' from ' ~ this).rows -%}{%- do known.append(found.values() | join(' ')) -%}{%- endfor -%}
        {{ refused_change("changes the row '" ~ texts | join(' ') ~ "'" ~ of_seed ~ ", which is not there; the nearest is '" ~ nearest_name(texts | join(' '), known) ~ "'") }}
    {%- endif -%}
    {%- do run_query('update ' ~ this ~ ' set ' ~ assignments | join(', ') ~ ' where ' ~ conditions | join(' and ')) -%}
{% endmacro %}

{# The seeds whose rows may be changed, each with its key: what their YAML says under meta. #}
{% macro changeable_keys() %}
    {%- set keys = {} -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'seed' and node.package_name == 'customer_segmentation' and node.config.meta.key -%}
        {%- do keys.update({node.name: node.config.meta.key}) -%}
    {%- endfor -%}
    {{ return(keys) }}
{% endmacro %}

{% macro row_literal(value) -%}
    {{- return('null' if value is none else text_literal(value) if value is string else value | string | lower) -}}
{%- endmacro %}

{% macro refused_change(what) %}
    {{- exceptions.raise_compiler_error("The setting 'changed_rows' " ~ what ~ ". Correct it in dbt_project.yml or in --vars.") -}}
{% endmacro %}
