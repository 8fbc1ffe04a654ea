{# The traits that surveys ask for, each a scheme of the family; the seed survey_questions says which questions ask for one. #}
{% macro survey_traits() -%}
    {{ return(['personality', 'core_values', 'brand_attitude', 'belief', 'lifestyle', 'main_hobby', 'stated_interest', 'media_preference']) }}
{%- endmacro %}
