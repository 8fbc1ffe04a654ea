{# One row per attribute that conditions of custom segments may name, with its type: text, number or date. #}
{% macro custom_attribute_rows() -%}
    select name, value_type
    from (
        values
        {%- for attribute in custom_attributes() %}
        ('{{ attribute.name }}', '{{ attribute.value_type }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as attributes (name, value_type)
{%- endmacro %}

{# One row per word that a condition may use, by the place it stands in; the labels also by the attribute that has them. #}
{% macro custom_words() -%}
    select 'attribute' as place, '' as of_what, name as word from ({{ custom_attribute_rows() }}) as named
    union all
    select concat('operator for ', value_type) as place, '' as of_what, operator as word from {{ ref('custom_operators') }}
    union all
    select 'label' as place, concat(scheme, '_segment') as of_what, segment as word from {{ ref('segment_catalogue') }}
    union all
    select 'segment of custom_segment_catalogue.csv' as place, '' as of_what, custom_segment as word from {{ ref('custom_segment_catalogue') }}
    {%- for place, words in {'part': ['include', 'exclude'], 'kind': ['attribute', 'event']}.items() %}
    {%- for word in words %}
    union all
    select '{{ place }}' as place, '' as of_what, '{{ word }}' as word
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}
