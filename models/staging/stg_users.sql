with

{{ read_rows('users') }},

possible_times as (
    select
        users.user_id,
        users.contact_id,
        users.customer_id,
        {{ possible_date('users.signed_up_at') }} as signed_up_at,
        {{ possible_date('users.trial_started_at') }} as trial_started_at,
        {{ possible_date('users.trial_ended_at') }} as trial_ended_at,
        users.problem_rule_id,
        users.problem_detail,
        users.unreadable_values_count,
        users.is_repeated
    from users
),

plausible_trials as (
    select
        possible_times.user_id,
        possible_times.contact_id,
        possible_times.customer_id,
        possible_times.signed_up_at,
        -- a trial that ends before it starts says nothing about either
        case when not coalesce(possible_times.trial_ended_at < possible_times.trial_started_at, false)
            then possible_times.trial_started_at end as trial_started_at,
        case when not coalesce(possible_times.trial_ended_at < possible_times.trial_started_at, false)
            then possible_times.trial_ended_at end as trial_ended_at,
        possible_times.problem_rule_id,
        possible_times.problem_detail,
        possible_times.unreadable_values_count,
        possible_times.is_repeated
    from possible_times
),

cleaned as {{ inlined_cte() }}(
    select
        plausible_trials.user_id,
        plausible_trials.contact_id,
        plausible_trials.customer_id,
        plausible_trials.signed_up_at,
        plausible_trials.trial_started_at,
        plausible_trials.trial_ended_at,
        {{ local_date('plausible_trials.signed_up_at') }} as signed_up_date,
        {{ local_date('plausible_trials.trial_started_at') }} as trial_started_date,
        {{ local_date('plausible_trials.trial_ended_at') }} as trial_ended_date,
        plausible_trials.problem_rule_id,
        plausible_trials.problem_detail,
        plausible_trials.unreadable_values_count,
        plausible_trials.is_repeated
    from plausible_trials
),

{{ checked_rows(
    'users',
    keep='signed_up_at desc nulls last',
) }}

select * from checked_rows
