{# Where a model of an installing project delivers a table: a column that nobody reads and that looks like one that is lacking. The loader
   asks the same of files. #}
{% macro warn_of_misspelt_columns(table, contract, present) %}
    {%- set names = contract | map(attribute='name') | list -%}
    {%- set lacking = contract | map(attribute='name') | reject('in', present) | list -%}
    {%- for name in present if name not in names and lacking -%}
        {%- set meant = nearest_name(name, lacking) -%}
        {%- if likeness(name, meant) >= 0.7 -%}
            {%- do exceptions.warn("The model that delivers '" ~ table ~ "' has a column '" ~ name ~ "', which nobody reads, and no '"
                ~ meant ~ "'; if that is meant, rename it.") -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
