-- paid_from_date: what paying means everywhere. A free plan is never paid; a first subscription is paid from the day on which the trial of one
-- of the customer's users ends, known beforehand or not; what is called a trial, and of whose end nobody knows, never
with

accepted as (
    {{ accepted_rows('subscriptions') | indent(4) }}
),

users as {{ accepted_relation('users') }},

first_starts as (
    select customer_id, min(started_date) as first_started_date
    from accepted
    where mrr_amount > 0
    group by customer_id
),

trials as (
    select first_starts.customer_id, first_starts.first_started_date, max(users.trial_ended_date) as trial_ended_date
    from first_starts
    inner join users
        on first_starts.customer_id = users.customer_id
        and first_starts.first_started_date >= users.trial_started_date
        and first_starts.first_started_date < users.trial_ended_date
    group by first_starts.customer_id, first_starts.first_started_date
)

select
    accepted.*,
    case
        when accepted.mrr_amount = 0 then null
        when trials.trial_ended_date is not null then trials.trial_ended_date
        when concat(accepted.plan, ' ', accepted.plan_tier) like '%trial%' then null
        else accepted.started_date
    end as paid_from_date
from accepted
left join trials
    on accepted.customer_id = trials.customer_id
    and accepted.started_date = trials.first_started_date
