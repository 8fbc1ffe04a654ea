{# What the conditions of custom segments may name: a list of name, value_type (text, number or date), and the table it is read from. The columns are those of the contracts of the published tables
   with one row per customer, each once, so a new family brings its own along. Empty while dbt parses. #}
{% macro custom_attributes() %}
    {%- set tables = custom_attribute_tables() -%}
    {%- set contracts = {} -%}
    {%- if execute and graph -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name in tables and node.package_name == model.package_name -%}
            {%- do contracts.update({node.name: node.columns}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set found = custom_lists() -%}
    {%- set names = found | map(attribute='name') | list + ['customer_id', 'as_of_date'] -%}
    {%- for table in tables -%}
        {%- for column in contracts.get(table, {}).values() if column.name not in names -%}
            {%- set type = {'string': 'text', 'boolean': 'text', 'date': 'date', 'timestamp': 'date'}.get(column.data_type, 'number') -%}
            {%- do names.append(column.name) -%}
            {%- do found.append({'name': column.name, 'value_type': type, 'table': table}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}

{# The published tables with one row per customer; of a column of the same name in two of them the first is read. #}
{% macro custom_attribute_tables() %}
    {{ return([
        'customer_segments',
        'customer_firmographic_segments',
        'customer_geographic_segments',
        'customer_lifecycle_segments',
        'customer_behavioral_segments',
        'customer_purchasing_segments',
        'customer_engagement_segments',
        'customer_rfm_segments',
        'customer_value_segments',
        'customer_lifetime_values',
        'customer_churn_segments',
        'customer_relationship_segments',
        'customer_product_usage_segments',
        'customer_technographic_segments',
        'customer_acquisition_segments',
        'customer_needs_segments',
        'customer_situational_segments',
        'customer_journey_segments',
        'customer_account_segments',
        'customer_demographic_segments',
        'customer_psychographic_segments',
    ]) }}
{% endmacro %}

{# Those of them that have attributes; all, while dbt parses and asks what the model reads. #}
{% macro custom_tables_read() %}
    {{ return((custom_attributes() | selectattr('table', 'defined') | map(attribute='table') | unique | list) if execute else custom_attribute_tables()) }}
{% endmacro %}

{# What stands in no such table. Of what names the input table that it `needs` a customer may have several, or none where it is loaded. #}
{% macro custom_lists() %}
    {{ return([
        {'name': 'customer_status', 'value_type': 'text'},
        {'name': 'contact_job_title', 'value_type': 'text', 'needs': 'contacts'},
        {'name': 'contact_department', 'value_type': 'text', 'needs': 'contacts'},
        {'name': 'contact_seniority', 'value_type': 'text', 'needs': 'contacts'},
        {'name': 'contact_role', 'value_type': 'text', 'needs': 'contacts'},
        {'name': 'technology', 'value_type': 'text', 'needs': 'technologies'},
        {'name': 'bought_category', 'value_type': 'text', 'needs': 'order_items and products'},
        {'name': 'bought_product', 'value_type': 'text', 'needs': 'order_items'},
        {'name': 'open_opportunities_count', 'value_type': 'number'},
    ]) }}
{% endmacro %}

{# A column of a published table as text or number; the label unknown is none, a day is counted back from the as-of date. #}
{% macro custom_attribute_value(table, name, value_type) -%}
    {%- if value_type == 'text' and name.endswith('_segment') -%}
        nullif({{ table }}.{{ name }}, 'unknown')
    {%- elif value_type == 'text' -%}
        lower(cast({{ table }}.{{ name }} as {{ dbt.type_string() }}))
    {%- elif value_type == 'date' -%}
        cast({{ days_between('cast(' ~ table ~ '.' ~ name ~ ' as date)', 'as_of.as_of_date') }} as {{ type_double() }})
    {%- else -%}
        cast({{ table }}.{{ name }} as {{ type_double() }})
    {%- endif -%}
{%- endmacro %}
