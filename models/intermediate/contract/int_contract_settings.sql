-- one row: the current as-of date, the first day of which ended contracts are known too, and the numbers of the seed
-- contract_settings
with

observed as (
    select
        spine.as_of_date,
        {{ contract_observation_start(
            'subscriptions.started_date',
            'case when subscriptions.ended_date <= spine.as_of_date then subscriptions.ended_date end',
        ) }} as observation_start_date
    from {{ ref('int_as_of_dates') }} as spine
    left join {{ ref('int_subscriptions_accepted') }} as subscriptions
        on subscriptions.started_date <= spine.as_of_date
        and subscriptions.mrr_amount > 0
    where spine.is_current
    group by spine.as_of_date
),

settings as (
    select
        {%- for setting in ['break_days', 'renewal_grace_days', 'handover_days', 'plan_groups_count', 'minimum_ended_count', 'minimum_due_count'] %}
        cast(max(case when setting_key = '{{ setting }}' then setting_value end) as {{ dbt.type_int() }}) as {{ setting }},
        {%- endfor %}
        {%- for setting in ['growth_prior_years', 'growth_lowest_ratio', 'growth_highest_ratio'] %}
        max(case when setting_key = '{{ setting }}' then setting_value end) as {{ setting }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('contract_settings') }}
)

select
    observed.as_of_date,
    -- null: nothing has ended yet, so nothing is missing either
    observed.observation_start_date,
    settings.*
from observed
cross join settings
