-- one row per plan: the group it is modelled in. The plans with most contracts stand for themselves, the rest are one
-- group, so that later tables stay small however many plans a company writes
with

plans as (
    select
        plan,
        count(*) as subscriptions_count
    from {{ ref('int_contract_rows') }}
    group by plan
),

ranked as (
    select
        plan,
        row_number() over (order by subscriptions_count desc, plan) as plan_rank
    from plans
)

select
    ranked.plan,
    -- all_plans is the name of the pool
    case
        when ranked.plan_rank <= settings.plan_groups_count and ranked.plan <> 'all_plans' then ranked.plan
        else 'other_plans'
    end as plan_group
from ranked
cross join {{ ref('int_contract_settings') }} as settings
