{# The input tables that exist, as declared: never guessed from what happens to be in the schema, so that a
   mistyped name fails instead of giving an empty segment. `loaded` reads the declaration that
   `customer-segmentation load` wrote beside the tables; a mapping says which model delivers each table (`raw_relation`). #}
{% macro input_tables() %}
    {%- set declared = deployment_setting('input_tables') -%}
    {%- if declared == 'loaded' -%}
        {%- set declaration = adapter.get_relation(
                database=target.database, schema=deployment_setting('raw_schema'), identifier='loaded_tables') -%}
        {%- if declaration is none -%}
            {{ exceptions.raise_compiler_error(
                "Nothing has been loaded yet into this warehouse. Run `customer-segmentation load --input DIR` (or, for "
                ~ "the example company, `make run` and `export CUSTOMER_SEGMENTATION_WAREHOUSE=warehouse/example`), "
                ~ "or name your own tables in the setting 'input_tables'.") }}
        {%- endif -%}
        {%- set names = run_query('select table_name from ' ~ declaration ~ ' order by table_name').columns[0].values() | list -%}
        {{ return(names) }}
    {%- endif -%}
    {{ return(declared | list) }}
{% endmacro %}
