-- per date and group a bounded sample of customers whose habits can be seen, the same one on every run: the first by a hash of the id.
-- Where a group has no clusters of its own, everybody is the group `all` as well
with

settings as (
    {{ settings('persona', ['sample_size_count']) }}
),

groups as (
    select persona_group
    from {{ ref('int_cluster_features') }}
    where is_current
    group by persona_group
),

members as (
    select
        features.*,
        groups.persona_group as sample_group,
        row_number() over (
            partition by features.as_of_date, groups.persona_group order by md5(features.customer_id), features.customer_id
        ) as position
    from {{ ref('int_cluster_features') }} as features
    inner join groups
        on features.persona_group = groups.persona_group
        or groups.persona_group = 'all'
    where features.has_habits
)

select
    cast(members.as_of_date as {{ dbt.type_string() }}) as as_of_date,
    members.sample_group as persona_group,
    members.customer_id,
    {%- for feature in cluster_features() %}
    members.{{ feature }}{{ ',' if not loop.last }}
    {%- endfor %}
from members
cross join settings
where members.position <= settings.sample_size_count
