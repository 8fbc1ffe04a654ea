-- one row per fault of the custom segments, as a sentence that names file, segment and what is wrong; empty, or custom_answers stops the run
with

conditions as (
    select * from {{ ref('int_custom_conditions') }}
),

-- the words that a condition may use, and those that conditions do use, by what they stand for
known as (
    {{ custom_words() | indent(4) }}
),

used as (
    select custom_segment, words, 'attribute' as place, '' as of_what, name as word from conditions where kind = 'attribute' and value_type is null
    union all
    select custom_segment, words, concat('operator for ', value_type) as place, '' as of_what, operator as word from conditions where value_type is not null
    union all
    select conditions.custom_segment, conditions.words, 'label' as place, labels.of_what, options.word
    from conditions
    inner join (select distinct of_what from known where place = 'label') as labels
        on conditions.name = labels.of_what
    cross join {{ split_words("replace(conditions.text_value, '|', ' ')") }} as options
    where conditions.compared = 'whole'
    {%- for place, column in {'segment of custom_segment_catalogue.csv': 'custom_segment', 'part': 'part', 'kind': 'kind'}.items() %}
    union all
    select custom_segment, words, '{{ place }}' as place, '' as of_what, coalesce({{ column }}, '') as word from conditions
    {%- endfor %}
),

nearest as (
    select
        used.custom_segment, used.words, used.place, used.word, known.word as nearest_word,
        row_number() over (partition by used.custom_segment, used.words, used.place, used.word order by {{ edit_distance('lower(used.word)', 'known.word') }}, known.word) as nearness
    from used
    inner join known on used.place = known.place and used.of_what = known.of_what
    left join known as itself on used.place = itself.place and used.of_what = itself.of_what and used.word = itself.word
    where itself.word is null
),

faults as (
    select custom_segment, words, concat(word, ' is no ', place, '; the nearest is ', nearest_word) as fault from nearest where nearness = 1
    union all
    select custom_segment, words, concat('the value ', coalesce(value, '(none)'), ' is not what the operator needs: ', value_kind) as fault
    from conditions
    where (value_kind = 'none') <> (value is null)
        or (value_kind = 'numbers' and (value not like '%|%' or coalesce(lower_bound > upper_bound, true)))
        or (value_kind in ('number', 'days', 'times') and coalesce(lower_bound, upper_bound) is null)
        or (value_kind in ('days', 'times') and coalesce(lower_bound, upper_bound) % 1 <> 0)
        or (value_kind in ('days', 'times') and coalesce(lower_bound, upper_bound) < case when operator = 'at_most' then 0 else 1 end)
        or (value_kind = 'date' and day_value is null)
    union all
    select custom_segment, words, concat('window_days is ', coalesce(window_text, '(none)'), '; expected whole days above 0, for an event only') as fault
    from conditions
    where (window_text is not null and coalesce(window_days < 1 or kind <> 'event', true)) or (window_text is null and operator = 'stopped')
    union all
    select custom_segment, words, concat('group_number is ', coalesce(group_text, '(none)'), '; expected a whole number') as fault
    from conditions
    where group_number is null
    union all
    select conditions.custom_segment, conditions.words, concat(schemes.scheme, ' needs consent, which members of a custom segment have not given') as fault
    from conditions
    inner join {{ ref('scheme_catalogue') }} as schemes on conditions.name in (concat(schemes.scheme, '_segment'), concat(schemes.scheme, '_rule_id')) and schemes.is_sensitive
    union all
    select segments.custom_segment, 'include' as words, 'no condition says who is a member' as fault
    from {{ ref('custom_segment_catalogue') }} as segments
    left join conditions on segments.custom_segment = conditions.custom_segment and conditions.part = 'include'
    where conditions.custom_segment is null
    union all
    select custom_segment, 'frozen_on_date' as words, concat(frozen_on_date, ' is no day; expected one such as 2026-06-30') as fault
    from {{ ref('custom_segment_catalogue') }}
    where frozen_on_date is not null and {{ try_cast('frozen_on_date', 'date') }} is null
    union all
    select custom_segment, 'minimum_size_count' as words, concat(minimum_size_count, ' is no whole number') as fault
    from {{ ref('custom_segment_catalogue') }}
    where minimum_size_count is not null and {{ try_cast('minimum_size_count', 'bigint') }} is null
)

select concat('seeds/rules/custom_segment_', case when words in ('include', 'frozen_on_date', 'minimum_size_count') then 'catalogue' else 'conditions' end, '.csv: ', coalesce(custom_segment, '(no segment)'), ': ', words, ': ', fault, '.') as sentence
from faults
group by custom_segment, words, fault
