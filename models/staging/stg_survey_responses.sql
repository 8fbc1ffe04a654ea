{% set made = ['question_key'] -%}
with

{{ read_rows('survey_responses', made) }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('survey_responses', made) }}
        {{ code_text('survey_responses.question_key') }} as question_key,
        {{ local_date('survey_responses.answered_at') }} as answered_date,
        survey_responses.problem_rule_id,
        survey_responses.problem_detail,
        survey_responses.unreadable_values_count,
        survey_responses.row_position,
        survey_responses.is_repeated
    from survey_responses
),

{{ checked_rows(
    'survey_responses',
    rules={
        'impossible_date': is_impossible_date('answered_at'),
        'fact_without_owner': 'customer_id is null and respondent_id is null',
    },
) }}

select * from checked_rows
