{# dbt must see a model's references while it parses, when no contract can be read: so a judged model names them
   again, and this stops the run when it does not say the same as the contract. #}
{% macro same_references(table, references) %}
    {%- set contract = {} -%}
    {%- for column in input_contract(table) if column.references -%}
        {%- do contract.update({column.name: column.references}) -%}
    {%- endfor -%}
    {%- if contract != references -%}
        {{ exceptions.raise_compiler_error(
            "int_" ~ table ~ "_judged checks the references " ~ references ~ " but the contract of '" ~ table ~ "' says " ~ contract ~ ".") }}
    {%- endif -%}
{% endmacro %}
