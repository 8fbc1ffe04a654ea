{# Whether a text names what a person believes in matters of conscience: religion, politics, trade unions. Parts of words, so that no spelling slips by. #}
{% macro names_belief_of_conscience(text) -%}
    {{ names_any(text, ['religi', 'church', 'faith', 'spiritual', 'worship', 'prayer', 'god', 'muslim', 'islam', 'christian', 'catholic', 'protestant', 'jewish', 'hindu',
        'buddh', 'atheis', 'politic', 'party', 'vote', 'voting', 'election', 'left_wing', 'right_wing', 'conservativ', 'socialis', 'democrat', 'republican', 'trade_union',
        'union_member', 'philosoph', 'abortion']) }}
{%- endmacro %}

{# Whether a text names health, origin or sexuality. #}
{% macro names_body_or_origin(text) -%}
    {{ names_any(text, ['health', 'illness', 'disease', 'disab', 'diagnos', 'symptom', 'medic', 'therap', 'allerg', 'pregnan', 'diabet', 'depress', 'chronic', 'drug',
        'ethnic', 'racial', 'skin_colo', 'national_origin', 'migra', 'genetic', 'biometric', 'sexual', 'sex_life', 'lgbt', 'gay', 'lesbian', 'transgender',
        'fitness', 'ergonomic', 'weight']) }}
{%- endmacro %}

{% macro names_any(text, parts) -%}
    {%- for part in parts -%}
    lower(replace(replace({{ text }}, ' ', '_'), '-', '_')) like '%{{ part }}%' {{ 'or ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
