{# The contract columns that a declared raw table has: name -> the column where it is text (to be cleaned),
   name -> none where the source already has a type. Stops the run when the table or a required column is missing. #}
{% macro declared_raw_columns(relation, table, contract) %}
    {%- set existing = load_relation(relation) -%}
    {%- if existing is none -%}
        {{ exceptions.raise_compiler_error(
            "The input table '" ~ table ~ "' is declared but " ~ relation ~ " does not exist; load it or take it out of 'input_tables'.") }}
    {%- endif -%}
    {%- set found = {} -%}
    {%- set present = [] -%}
    {%- for column in adapter.get_columns_in_relation(existing) -%}
        {%- do present.append(column.name | lower) -%}
        {%- do found.update({column.name | lower: column if column.is_string() else none}) -%}
    {%- endfor -%}
    {%- for column in contract if column.required and column.name not in present -%}
        {{ exceptions.raise_compiler_error(
            "The input table '" ~ table ~ "' has no column '" ~ column.name ~ "', which is required; the nearest column found is '"
            ~ nearest_name(column.name, present) ~ "'.") }}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
