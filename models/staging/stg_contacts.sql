{% set made = ['email', 'seniority', 'is_decision_maker'] -%}
with

{{ read_rows('contacts', made) }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('contacts', made) }}
        lower(contacts.email) as email,
        {{ code_text('contacts.seniority') }} as seniority,
        coalesce(contacts.is_decision_maker, false) as is_decision_maker,
        contacts.problem_rule_id,
        contacts.problem_detail,
        contacts.unreadable_values_count,
        contacts.row_position,
        contacts.is_repeated
    from contacts
),

{{ checked_rows('contacts') }}

select * from checked_rows
