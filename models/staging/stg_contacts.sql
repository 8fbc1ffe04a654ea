with

contacts as (
    select * from {{ ref('input_contacts') }}
),

cleaned as {{ inlined_cte() }}(
    select
        {{ input_columns('contacts', replaced=['email', 'seniority', 'is_decision_maker']) }}
        lower(contacts.email) as email,
        {{ code_text('contacts.seniority') }} as seniority,
        coalesce(contacts.is_decision_maker, false) as is_decision_maker,
        contacts.problem_rule_id,
        contacts.problem_detail,
        contacts.unreadable_values_count
    from contacts
),

{{ checked_rows('contacts') }}

select * from checked_rows
