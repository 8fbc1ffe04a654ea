{% set made = ['signed_up_at', 'trial_started_at', 'trial_ended_at'] -%}
with

{{ read_rows('users', made) }},

possible_times as (
    select
        {{ columns_as_read('users', made) }}
        {{ possible_date('users.signed_up_at') }} as signed_up_at,
        {{ possible_date('users.trial_started_at') }} as trial_started_at,
        {{ possible_date('users.trial_ended_at') }} as trial_ended_at,
        users.problem_rule_id,
        users.problem_detail,
        users.unreadable_values_count,
        users.row_position,
        users.is_repeated
    from users
),

plausible_trials as (
    select
        {{ all_columns_but('possible_times', ['trial_started_at', 'trial_ended_at']) }},
        -- a trial that ends before it starts says nothing about either
        case when not coalesce(possible_times.trial_ended_at < possible_times.trial_started_at, false)
            then possible_times.trial_started_at end as trial_started_at,
        case when not coalesce(possible_times.trial_ended_at < possible_times.trial_started_at, false)
            then possible_times.trial_ended_at end as trial_ended_at
    from possible_times
),

cleaned as {{ inlined_cte() }}(
    select
        plausible_trials.*,
        {{ local_date('plausible_trials.signed_up_at') }} as signed_up_date,
        {{ local_date('plausible_trials.trial_started_at') }} as trial_started_date,
        {{ local_date('plausible_trials.trial_ended_at') }} as trial_ended_date
    from plausible_trials
),

{{ checked_rows('users') }}

select * from checked_rows
