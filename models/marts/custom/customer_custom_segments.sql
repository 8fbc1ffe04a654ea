-- one row per customer and custom segment that the customer is a member of, or may be: the input does not say. Who has no row is no member.
-- The members of a frozen segment are those that the history has of its day
with

kept as (
    select
        kept.*, segments.custom_segment, spine.as_of_date,
        case when segments.frozen_on_date is not null then greatest(segments.frozen_on_date, min(kept.valid_from_date) over (partition by kept.scheme)) end as frozen_as_of_date
    from {{ ref('stg_kept_segment_history') }} as kept
    inner join {{ ref('int_custom_segments') }} as segments on kept.scheme = concat('custom:', segments.custom_segment)
    inner join {{ ref('int_as_of_dates') }} as spine on spine.is_current and kept.valid_from_date < spine.as_of_date
),

-- what the day of freezing itself answers is not kept yet
frozen as (select distinct custom_segment, frozen_as_of_date from kept where frozen_as_of_date < as_of_date),

members as (
    select living.customer_id, living.custom_segment, living.group_number, living.rules_hash, living.membership, cast(null as date) as frozen_as_of_date
    from {{ ref('custom_memberships') }} as living
    left join frozen on living.custom_segment = frozen.custom_segment
    where frozen.custom_segment is null
    union all
    select kept.customer_id, kept.custom_segment, cast(null as {{ dbt.type_bigint() }}) as group_number, kept.rule_id as rules_hash, kept.segment as membership, frozen.frozen_as_of_date
    from kept
    inner join frozen on kept.custom_segment = frozen.custom_segment
    where kept.valid_from_date <= frozen.frozen_as_of_date and coalesce(kept.valid_to_date > frozen.frozen_as_of_date, true)
),

group_words as (
    select custom_segment, group_number, {{ joined_texts('words', ' and ') }} as words
    from {{ ref('int_custom_conditions') }}
    where part = 'include'
    group by custom_segment, group_number
),

open_words as (
    select answers.customer_id, answers.custom_segment, {{ joined_texts('conditions.words', '; ') }} as words
    from {{ ref('custom_answers') }} as answers
    inner join {{ ref('int_custom_conditions') }} as conditions on answers.custom_segment = conditions.custom_segment and answers.condition_number = conditions.condition_number
    where answers.is_met is null
    group by answers.customer_id, answers.custom_segment
)
select
    members.customer_id,
    members.custom_segment,
    customers.as_of_date,
    segments.label as custom_segment_label,
    members.membership,
    coalesce(since.valid_from_date, customers.as_of_date) as since_date,
    members.frozen_as_of_date,
    members.rules_hash,
    case
        when members.frozen_as_of_date is not null then concat('On the list of ', cast(members.frozen_as_of_date as {{ dbt.type_string() }}))
        when members.membership = 'member' then group_words.words
        else concat('Not known: ', open_words.words)
    end as explanation
from members
inner join {{ ref('int_customers_as_of') }} as customers
    on members.customer_id = customers.customer_id
    and customers.is_current
inner join {{ ref('int_custom_segments') }} as segments
    on members.custom_segment = segments.custom_segment
left join (select * from kept where valid_to_date is null or valid_to_date >= as_of_date) as since
    on members.customer_id = since.customer_id
    and members.custom_segment = since.custom_segment
    and members.membership = since.segment
    and members.rules_hash = since.rule_id
left join group_words
    on members.custom_segment = group_words.custom_segment
    and members.group_number = group_words.group_number
left join open_words
    on members.customer_id = open_words.customer_id
    and members.custom_segment = open_words.custom_segment
