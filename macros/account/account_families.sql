{# Families whose labels may earn points. None of them reads a protected column, and those that come after the account would be a circle. #}
{% macro account_families() %}
    {{ return(['firmographic', 'geographic', 'technographic', 'relationship', 'purchasing', 'product_usage', 'value', 'journey']) }}
{% endmacro %}

{# One row per criterion that may be named, and label of it that is an answer. #}
{% macro account_words() -%}
    select labels.scheme as criterion, labels.segment as label
    from {{ ref('segment_catalogue') }} as labels
    inner join {{ ref('scheme_catalogue') }} as schemes on labels.scheme = schemes.scheme
    where labels.answer_kind = 'answer'
        and not schemes.is_sensitive
        and schemes.family in ('{{ account_families() | join("', '") }}')
    union all
    select 'technology_category' as criterion, category as label from {{ ref('technology_categories') }} group by category
{%- endmacro %}
