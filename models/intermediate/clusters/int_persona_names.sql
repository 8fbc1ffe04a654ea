-- one row per cluster of today: its name in words and its three strongest differences as a sentence. The strongest difference gives the
-- adjective, the next one the clause; where two clusters would have the same name, both say their next difference, and at last their number
with

settings as (
    {{ settings('persona', ['name_difference']) }}
),

-- only a difference that is large enough has words. Means can lie the other way round than the centres of the logarithms; such a
-- difference is not told. The inner rounding takes away last digits that depend on the order of adding
differences as (
    select
        profiles.cluster_id,
        profiles.persona_group,
        words.adjective,
        words.clause,
        row_number() over (partition by profiles.cluster_id order by abs(profiles.standardised_difference) desc, profiles.feature) as position,
        case when (profiles.cluster_mean - profiles.base_mean) * profiles.standardised_difference > 0 and words.feature is not null then concat(
            profiles.feature_label
            {%- for mean, before, after in [('cluster_mean', ' ', ''), ('base_mean', ' (everybody ', ')')] %},
            '{{ before }}', cast(cast(round(case when profiles.feature like '%ratio' then 100 else 1 end * profiles.{{ mean }}, 9) as decimal(18, 1)) as {{ dbt.type_string() }}),
            case when profiles.feature like '%ratio' then ' %{{ after }}' else '{{ after }}' end
            {%- endfor %}
        ) end as told
    from {{ ref('cluster_profiles') }} as profiles
    cross join settings
    left join {{ ref('persona_words') }} as words
        on profiles.feature = words.feature
        and words.direction = case
            when abs(profiles.standardised_difference) < settings.name_difference then 'too small'
            when profiles.standardised_difference > 0 then 'high'
            else 'low'
        end
),

ranked as (
    select
        differences.*,
        row_number() over (partition by cluster_id order by case when told is null then 1 else 0 end, position) as told_position
    from differences
),

words as (
    select
        cluster_id,
        case when persona_group = 'all' then '' else concat(persona_group, ': ') end as group_words
        {%- for n in [1, 2, 3, 4, 5] %},
        max(case when position = {{ n }} then adjective end) as word_{{ n }},
        max(case when position = {{ n }} then clause end) as clause_{{ n }},
        max(case when told_position = {{ n }} then told end) as told_{{ n }}
        {%- endfor %}
    from ranked
    group by cluster_id, persona_group
),

candidates as (
    select
        words.*
        {%- for n, clauses in [(2, 'clause_2'), (3, "concat_ws(' and ', clause_2, clause_3)"), (4, "concat_ws(', ', clause_2, nullif(concat_ws(' and ', clause_3, clause_4), ''))")] %},
        concat(group_words, case when word_1 is null then 'buyers like everybody' else concat(word_1, ' buyers') end, case when clause_2 is null then '' else concat(' who ', {{ clauses }}) end) as name_of_{{ n }}
        {%- endfor %}
    from words
)

select
    cluster_id,
    case
        when count(*) over (partition by name_of_2) = 1 then name_of_2
        when count(*) over (partition by name_of_3) = 1 then name_of_3
        when count(*) over (partition by name_of_4) = 1 then name_of_4
        else concat(name_of_4, ' (cluster ', cast(cluster_id as {{ dbt.type_string() }}), ')')
    end as persona_name,
    nullif(concat_ws(', ', word_1, word_2, word_3, word_4, word_5), '') as suggested_words,
    nullif(concat_ws(', ', concat(upper(substring(told_1, 1, 1)), substring(told_1, 2)), told_2, told_3), '') as difference_sentence
from candidates
