-- one row per account (the ultimate parent of a group, or a company alone), part and criterion: the label that earns the points, whose it is,
-- the points and the most that the criterion gives. Nothing is counted where the weights have a fault
with

faults as (
    select {{ joined_texts('sentence', '\n') }} as sentences from {{ ref('int_account_criteria_faults') }}
),

weights as (
    select
        case when faults.sentences is null then account_criteria.part else {{ raise_error('faults.sentences') }} end as part,
        account_criteria.criterion,
        account_criteria.counted_at,
        account_criteria.label,
        {{ try_cast('account_criteria.points', 'bigint') }} as points
    from {{ ref('account_criteria') }} as account_criteria
    cross join faults
),

criteria as (
    select part, criterion, min(counted_at) as counted_at, max(points) as maximum_points
    from weights
    group by part, criterion
),

labels as (
    {%- for family in account_families() %}
    select customer_id, scheme as criterion, segment as label from {{ ref(family ~ '_labels') }} where is_current
    union all
    {%- endfor %}
    select customer_id, 'technology_category' as criterion, category as label
    from {{ ref('int_customer_technologies') }}
    where is_in_use and category is not null
),

-- a label that is no answer says nothing, which is not the same as no points
answers as (
    select
        hierarchy.ultimate_parent_customer_id as account_customer_id,
        criteria.part,
        criteria.criterion,
        labels.customer_id as from_customer_id,
        labels.label,
        coalesce(weights.points, 0) as points,
        row_number() over (
            partition by hierarchy.ultimate_parent_customer_id, criteria.part, criteria.criterion
            order by coalesce(weights.points, 0) desc, hierarchy.hierarchy_depth, labels.customer_id, labels.label
        ) as position
    from {{ ref('int_company_hierarchy') }} as hierarchy
    inner join labels on hierarchy.customer_id = labels.customer_id
    inner join criteria on labels.criterion = criteria.criterion
    left join weights on criteria.part = weights.part and criteria.criterion = weights.criterion and labels.label = weights.label
    left join {{ ref('segment_catalogue') }} as catalogue on labels.criterion = catalogue.scheme and labels.label = catalogue.segment
    where coalesce(catalogue.answer_kind, 'answer') = 'answer'
        and (criteria.counted_at = 'group' or hierarchy.hierarchy_depth = 0)
)

select
    accounts.customer_id as account_customer_id,
    criteria.part,
    criteria.criterion,
    answers.label,
    answers.from_customer_id,
    answers.account_customer_id is not null as is_known,
    coalesce(answers.points, 0) as points,
    criteria.maximum_points
from (select customer_id from {{ ref('int_company_hierarchy') }} where hierarchy_depth = 0) as accounts
cross join criteria
left join (select * from answers where position = 1) as answers
    on accounts.customer_id = answers.account_customer_id
    and criteria.part = answers.part
    and criteria.criterion = answers.criterion
