{# Before a run: says as of which date it builds, and stops a run that would leave two dates in the warehouse. Only
   int_as_of_dates asks for the date, so a run without it keeps the date; a run with it may move the date where
   everything that depends on it is built too. `dbt retry` knows no selection, so it may not move the date. #}
{% macro keep_one_as_of_date() %}
    {%- set builds_models = execute and flags.WHICH in ['run', 'build', 'retry'] -%}
    {%- set spine = graph.nodes.get('model.' ~ model.package_name ~ '.int_as_of_dates') if builds_models -%}
    {%- if spine -%}
        {%- set day, built = as_of_day(), built_as_of_day(spine) -%}
        {%- set builds_spine = not selected_resources or spine.unique_id in selected_resources -%}
        {%- if built and built != day -%}
            {%- set left_out = built_but_not_selected(spine.unique_id) if builds_spine -%}
            {%- if left_out -%}
                {{ exceptions.raise_compiler_error(
                    "This warehouse is built as of " ~ built ~ ", and this run would build only a part of it as of " ~ day
                    ~ ": " ~ left_out[:3] | join(", ") ~ (", …" if left_out[3:] else "")
                    ~ " would stay as of " ~ built ~ ". Build everything with `dbt build`, or keep the date with "
                    ~ "--vars 'as_of_date: " ~ built ~ "'.") }}
            {%- endif -%}
            {%- do log("The as-of date moves from " ~ built ~ " to " ~ day ~ "; everything that depends on it is built again." if builds_spine
                else "As of " ~ built ~ ", not " ~ day ~ ": this run leaves int_as_of_dates alone, so it keeps the date of the warehouse.", info=true) -%}
        {%- elif builds_spine -%}
            {%- do log("As of " ~ day ~ ".", info=true) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{# The as-of date of what stands in the warehouse, as text; none where nothing is built. #}
{% macro built_as_of_day(spine) %}
    {%- set relation = adapter.get_relation(database=spine.database, schema=spine.schema, identifier=spine.alias) -%}
    {%- if relation -%}
        {{ return(first_value('select cast(as_of_date as ' ~ dbt.type_string() ~ ') from ' ~ relation ~ ' where is_current')) }}
    {%- endif -%}
{% endmacro %}

{# The names of the tables that depend on a model, however far away, and are there but not in this run. #}
{% macro built_but_not_selected(unique_id) %}
    {%- set found = [unique_id] -%}
    {%- set names = [] -%}
    {%- for parent in found -%}  {# the list grows while it is gone through #}
        {%- for node in graph.nodes.values()
                if node.resource_type == 'model' and parent in node.depends_on.nodes and node.unique_id not in found -%}
            {%- do found.append(node.unique_id) -%}
            {%- if node.unique_id not in selected_resources
                    and adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) -%}
                {%- do names.append(node.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(names | sort) }}
{% endmacro %}
