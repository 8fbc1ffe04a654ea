-- one row per customer and custom segment whose conditions make the customer a member, or may: the input does not say
with

groups as (
    select
        customer_id, custom_segment, part, group_number,
        case when count(case when not is_met then 1 end) > 0 then 0 when count(is_met) = count(*) then 1 end as holds
    from {{ ref('custom_answers') }}
    group by customer_id, custom_segment, part, group_number
),

-- one group that holds is enough; where none does, one that nobody knows leaves it open
parts as (
    select
        customer_id, custom_segment,
        case when max(case when part = 'include' then holds end) = 1 then 1 when count(case when part = 'include' and holds is null then 1 end) = 0 then 0 end as is_included,
        case when max(case when part = 'exclude' then holds end) = 1 then 1 when count(case when part = 'exclude' and holds is null then 1 end) = 0 then 0 end as is_excluded,
        min(case when part = 'include' and holds = 1 then group_number end) as group_number
    from groups
    group by customer_id, custom_segment
)

select
    parts.customer_id,
    parts.custom_segment,
    parts.group_number,
    segments.rules_hash,
    case when is_included = 1 and is_excluded = 0 then 'member' else 'unknown' end as membership
from parts
inner join {{ ref('int_custom_segments') }} as segments
    on parts.custom_segment = segments.custom_segment
where coalesce(is_included, 1) = 1
    and coalesce(is_excluded, 0) = 0
