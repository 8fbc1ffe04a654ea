{# The input tables that exist, as declared: never guessed from what happens to be in the schema, so that a
   mistyped name fails instead of giving an empty segment. `loaded` reads the declaration that
   `customer-segmentation load` wrote beside the tables; a mapping says which model delivers each table (`raw_relation`). #}
{% macro input_tables() %}
    {%- set declared = var('input_tables') -%}
    {%- set known = input_table_names() -%}
    {%- if declared == 'loaded' -%}
        {%- set declaration = adapter.get_relation(
                database=target.database, schema=raw_schema(), identifier='loaded_tables') -%}
        {%- if declaration is none -%}
            {{ exceptions.raise_compiler_error(
                "Nothing has been loaded yet into this warehouse. Run `customer-segmentation load --input DIR` (or, for "
                ~ "the example company, `make run` and `export CUSTOMER_SEGMENTATION_WAREHOUSE=warehouse/example`), "
                ~ "or name your own tables in the setting 'input_tables'.") }}
        {%- endif -%}
        {%- set names = run_query('select table_name from ' ~ declaration ~ ' order by table_name').columns[0].values() | list -%}
    {%- elif declared is string or declared is not iterable -%}
        {{ exceptions.raise_compiler_error(
            "The setting 'input_tables' is '" ~ declared ~ "'; it must be 'loaded', a list of table names, or table names each with the model that delivers it, such as {customers: my_customers}.") }}
    {%- else -%}
        {%- set names = declared | list -%}
        {%- for name, delivering in (declared if declared is mapping else {}).items() if delivering is not string -%}
            {{ exceptions.raise_compiler_error(
                "The setting 'input_tables' names no model for '" ~ name ~ "'; say which of your models delivers it, such as {" ~ name ~ ": my_" ~ name ~ "}.") }}
        {%- endfor -%}
    {%- endif -%}
    {%- for name in names if name not in known -%}
        {{ exceptions.raise_compiler_error(
            "The setting 'input_tables' names '" ~ name ~ "', which is no input table; the nearest is '"
            ~ nearest_name(name, known) ~ "'.") }}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
