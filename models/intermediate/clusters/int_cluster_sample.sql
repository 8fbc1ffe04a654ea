{%- set limit = number_setting('cluster_sample_size', 100, 100000) -%}
-- per persona date and group a bounded sample of customers whose habits can be seen, the same one on every run: the first
-- by a hash of the id. Where a group has no clusters of its own, everybody is the group `all` as well.
with

groups as (
    select distinct persona_group
    from {{ ref('int_persona_groups') }}
    where is_current
),

members as (
    select
        customers.customer_id,
        customers.as_of_date,
        groups.persona_group,
        row_number() over (
            partition by customers.as_of_date, groups.persona_group order by md5(customers.customer_id), customers.customer_id
        ) as position
    from {{ ref('int_persona_groups') }} as customers
    inner join groups
        on customers.persona_group = groups.persona_group
        or groups.persona_group = 'all'
    where customers.has_habits
)

select
    cast(members.as_of_date as {{ dbt.type_string() }}) as as_of_date,
    members.persona_group,
    members.customer_id,
    {%- for feature in cluster_features() %}
    features.{{ feature }}{{ ',' if not loop.last }}
    {%- endfor %}
from members
inner join {{ ref('int_cluster_features') }} as features
    on members.customer_id = features.customer_id
    and members.as_of_date = features.as_of_date
where members.position <= {{ limit }}
