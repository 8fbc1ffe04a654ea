-- one row per person who consented to marketing and was asked for a trait up to the current as-of date: the newest answer to each trait as a word of
-- the seed, and how well the surveys cover the person. Protected: nothing is worked out for anybody else, no answer chooses a row, and neither an
-- answer nor a count of answers goes further than here
with

consenting as (
    select customer_id, as_of_date from {{ ref('int_customer_demographics') }} where is_person and has_marketing_consent
),

list as (
    select concat('|', {{ joined_texts("concat(trait, ' ', spelling, '=', word)", '|') }}, '|') as known_words from {{ ref('survey_words') }}
),

limits as (
    {{ settings('psychographic', ['survey_days', 'survey_recent_days', 'survey_full_ratio']) }}
),

responses as (
    select
        consenting.customer_id,
        questions.trait,
        responses.question_key,
        responses.answered_date,
        {{ days_between('responses.answered_date', 'consenting.as_of_date') }} as days_ago,
        nullif({{ words_alone('responses.answer') }}, '') as answer
    from consenting
    inner join {{ accepted_relation('survey_responses') | indent(4) }} as responses
        on consenting.customer_id = responses.customer_id and consenting.as_of_date >= responses.answered_date
    inner join {{ ref('survey_questions') }} as questions on responses.question_key = questions.question_key
),

-- one voice per question: several answers of one day to it are several words, which the trait tells
questions as (
    select customer_id, question_key, max(case when answer is not null then 1 else 0 end) as is_answered, min(case when answer is not null then days_ago end) as days_ago
    from responses
    group by customer_id, question_key
),

coverage as (
    select
        customer_id,
        case
            when sum(is_answered) = 0 then 'not_answered'
            when min(days_ago) >= limits.survey_recent_days then 'aged'
            when sum(is_answered) < limits.survey_full_ratio * count(*) then 'recent_in_part'
            else 'recent'
        end as survey_coverage
    from questions
    cross join limits
    group by customer_id, limits.survey_recent_days, limits.survey_full_ratio
),

worded as (
    select
        responses.customer_id,
        responses.trait,
        responses.answered_date,
        coalesce({{ listed_word("concat(responses.trait, ' ', responses.answer)", 'list.known_words') }}, case when responses.answer is not null then 'other' end) as word,
        max(case when responses.answer is not null then responses.answered_date end) over (partition by responses.customer_id, responses.trait) as newest_date
    from responses
    cross join list
    cross join limits
    where responses.days_ago < limits.survey_days
)

select
    coverage.customer_id,
    max(coverage.survey_coverage) as survey_coverage
    {%- for trait in survey_traits() %},
    {%- set newest = "case when worded.trait = '" ~ trait ~ "' and worded.answered_date = worded.newest_date then worded.word end" %}
    case when min({{ newest }}) < max({{ newest }}) then 'several' else min({{ newest }}) end as {{ trait }}
    {%- endfor %}
from coverage
left join worded on coverage.customer_id = worded.customer_id
group by coverage.customer_id
