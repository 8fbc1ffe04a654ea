{# A table replaces the one of the refresh before under its own name, in one transaction. dbt-duckdb makes it beside the
   old one, renames both and drops what is left: as safe, but a tenth of a small refresh. A Python model writes through
   a connection of its own, so what it replaces is dropped before. #}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set language = model['language'] -%}
    {%- set old_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if old_relation is not none and (language == 'python' or not old_relation.is_table) -%}
        {% do adapter.drop_relation(old_relation) %}
        {% do adapter.commit() %}
        {%- set old_relation = none -%}
    {%- endif -%}

    {% call statement('main', language=language) -%}
        {%- if old_relation is not none -%}
            drop table {{ old_relation }};
        {%- endif %}
        {{ create_table_as(False, target_relation, compiled_code, language) }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do persist_docs(target_relation, model) %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
