{# A Parquet file is read where it lies: stops the run when it is gone, or no longer the one that was loaded. #}
{% macro check_delivered_file(table) %}
    {%- set files = adapter.get_relation(database=target.database, schema=deployment_setting('raw_schema'), identifier='delivered_files') -%}
    {%- if deployment_setting('input_tables') == 'loaded' and files is not none -%}
        {%- for path, size, modified_at in run_query(
                "select file_path, file_bytes, file_modified_at from " ~ files ~ " where table_name = '" ~ table ~ "'").rows -%}
            {%- set found = file_state(path) -%}
            {%- if not found or found != (size, modified_at) -%}
                {{ exceptions.raise_compiler_error(
                    "The input table '" ~ table ~ "' is read from " ~ path ~ ", which "
                    ~ ("has changed since it was loaded" if found else "is not there any more")
                    ~ "; repeat `customer-segmentation load`.") }}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
