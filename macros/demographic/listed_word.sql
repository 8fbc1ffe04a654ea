{# The word that a list in one text ("|f=woman|m=man|") has for a text; null: it has none. No join and no filter, so a protected value chooses no
   rows. The text is compared by its words alone, so it holds neither sign. #}
{% macro listed_word(text, list) -%}
    nullif({{ dbt.split_part(dbt.split_part(list, "concat('|', " ~ text ~ ", '=')", 2), "'|'", 1) }}, '')
{%- endmacro %}

{# The text of a column that `listed_word` looks for: its words in lower case, one blank between them. #}
{% macro words_alone(column) -%}
    trim({{ word_text(column) }})
{%- endmacro %}

{# One row with a list in one text for each of some attributes of the seed personal_words: <attribute>_words. #}
{% macro word_lists(attributes) -%}
    select
        {%- for attribute in attributes %}
        concat('|', {{ joined_texts("case when attribute = '" ~ attribute ~ "' then concat(spelling, '=', word) end", '|') }}, '|') as {{ attribute }}_words{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('personal_words') }}
{%- endmacro %}
