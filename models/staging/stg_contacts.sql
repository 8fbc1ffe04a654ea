{% set made = ['email', 'seniority'] -%}
with

{{ read_rows('contacts', made) }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('contacts', made) }}
        lower(contacts.email) as email,
        {{ code_text('contacts.seniority') }} as seniority,
        contacts.problem_rule_id,
        contacts.problem_detail,
        contacts.unreadable_values_count,
        contacts.row_position,
        contacts.is_repeated
    from contacts
),

{{ checked_rows('contacts') }}

select * from checked_rows
