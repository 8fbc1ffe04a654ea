{# The columns that a declared raw table has: name -> quoted, is_text (to be cleaned), is_day (a date), is_typed (already of the
   contract's type; numbers with a point are looked at all the same: they may be infinite). Stops the run when the
   table, its file or a required column is missing. This is what staging asks the warehouse: which optional columns
   were delivered stands nowhere else. #}
{% macro declared_raw_columns(relation, table, contract) %}
    {%- set existing = load_relation(relation) -%}
    {%- if existing is none -%}
        {{ exceptions.raise_compiler_error(
            "The input table '" ~ table ~ "' is declared but " ~ relation ~ " does not exist; load it or take it out of 'input_tables'.") }}
    {%- endif -%}
    {%- do check_delivered_file(table) -%}
    {%- set whole_number_types = ['tinyint', 'smallint', 'integer', 'int', 'bigint'] -%}
    {%- set found = {} -%}
    {%- set present = [] -%}
    {%- for column in adapter.get_columns_in_relation(existing) -%}
        {%- set name = column.name | lower -%}
        {%- do present.append(name) -%}
        {%- set wanted = contract | selectattr('name', 'equalto', name) | map(attribute='data_type') | first -%}
        {%- set data_type = column.data_type | lower -%}
        {%- do found.update({name: {
            'quoted': column.quoted,
            'is_text': column.is_string(),
            'is_day': data_type == 'date',
            'is_typed': data_type in whole_number_types if wanted == 'bigint' else wanted != 'double' and data_type == wanted,
        }}) -%}
    {%- endfor -%}
    {%- for column in contract if column.required and column.name not in present -%}
        {{ exceptions.raise_compiler_error(
            "The input table '" ~ table ~ "' has no column '" ~ column.name ~ "', which is required; the nearest column found is '"
            ~ nearest_name(column.name, present) ~ "'.") }}
    {%- endfor -%}
    {%- if deployment_setting('input_tables') is mapping -%}{%- do warn_of_misspelt_columns(table, contract, present) -%}{%- endif -%}
    {{ return(found) }}
{% endmacro %}
