{# When `customer-segmentation load` or a refresh last loaded the raw tables (UTC), as a query: all tables come in one load, so
   all are equally fresh. Without a record, as with `raw_schema` on own views, the run says so. #}
{% macro loaded_at() %}
    {%- set record = adapter.get_relation(database=target.database, schema=deployment_setting('raw_schema'), identifier='load_record') -%}
    {%- if record is none -%}
        {{ exceptions.raise_compiler_error(
            "Nothing in the schema " ~ deployment_setting('raw_schema') ~ " says when it was loaded. Run `customer-segmentation load --input DIR`, or, for "
            ~ "tables of your own, give the source a 'loaded_at_query' of your own.") }}
    {%- endif -%}
    select loaded_at from {{ record }}
{%- endmacro %}
