with

users as (
    select * from {{ ref('input_users') }}
),

cleaned as (
    select
        {{ input_columns('users', replaced=['signed_up_at', 'trial_started_at', 'trial_ended_at']) }}
        {{ possible_date('users.signed_up_at') }} as signed_up_at,
        -- a trial that ends before it starts says nothing about either
        {{ possible_date('users.trial_started_at', not_after=possible_date('users.trial_ended_at')) }} as trial_started_at,
        {{ possible_date('users.trial_ended_at', not_before=possible_date('users.trial_started_at')) }} as trial_ended_at,
        {{ local_date(possible_date('users.signed_up_at')) }} as signed_up_date,
        {{ local_date(possible_date('users.trial_started_at', not_after=possible_date('users.trial_ended_at'))) }} as trial_started_date,
        {{ local_date(possible_date('users.trial_ended_at', not_before=possible_date('users.trial_started_at'))) }} as trial_ended_date,
        users.problem_rule_id,
        users.problem_detail,
        users.unreadable_values_count
    from users
),

{{ checked_rows(
    'users',
    derived=['signed_up_date', 'trial_started_date', 'trial_ended_date'],
    keep='signed_up_at desc nulls last',
) }}

select * from checked_rows
