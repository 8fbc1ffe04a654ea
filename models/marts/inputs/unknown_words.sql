{%- set looked_up = looked_up_words() -%}
-- one row per word that no code list knows, with the rows that hold it, what becomes of them and the nearest words of the list
with

words as (
    {{ unlisted_words(looked_up) | indent(4) }}
),

counted as (
    select
        input_table, column_name, word, count(*) as rows_count,
        row_number() over (partition by input_table, column_name order by count(*) desc, word) as position
    from words
    group by input_table, column_name, word
),

-- a column of free text has a thousand words; the most frequent ones say what is wrong
named as (
    select counted.*, limits.nearest_words_count
    from counted
    inner join ({{ settings('input', ['named_words_count', 'nearest_words_count']) }}) as limits
        on counted.position <= limits.named_words_count
),

distances as (
    {%- for table, column, outcome, list, spelling, rule in looked_up if list %}
    select named.*, known.{{ spelling }} as known_word, {{ edit_distance(code_text('named.word'), 'known.' ~ spelling) }} as distance
    from named
    cross join {{ ref(list) }} as known
    where named.input_table = '{{ table }}' and named.column_name = '{{ column | replace('unknown_', '') }}'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

nearest as (
    select input_table, column_name, word, {{ joined_texts('known_word', ', ') }} as nearest_words
    from (
        select distances.*, row_number() over (partition by input_table, column_name, word order by distance, known_word) as nearness
        from distances
    ) as ranked
    where nearness <= nearest_words_count
    group by input_table, column_name, word
)

select
    '{{ run_id() }}' as run_id,
    named.input_table, named.column_name, named.word,
    cast(named.rows_count as {{ dbt.type_bigint() }}) as rows_count,
    case concat(named.input_table, '.', named.column_name)
        {%- for table, column, outcome, list, spelling, rule in looked_up %}
        when '{{ table }}.{{ column | replace('unknown_', '') }}' then '{{ outcome }}'
        {%- endfor %}
    end as outcome,
    nearest.nearest_words
from named
left join nearest
    on named.input_table = nearest.input_table
    and named.column_name = nearest.column_name
    and named.word = nearest.word
