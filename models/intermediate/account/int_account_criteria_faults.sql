-- one row per fault of the weights of accounts, as a sentence that names file, criterion and what is wrong; empty, or account_points stops the run
with

criteria as (
    select account_criteria.*, {{ try_cast('account_criteria.points', 'bigint') }} as points_count
    from {{ ref('account_criteria') }} as account_criteria
),

known as (
    {{ account_words() | indent(4) }}
),

known_criteria as (
    select criterion from known group by criterion
),

-- a criterion that nobody knows is looked for among all criteria, a label among those of its criterion
nearest as (
    select
        criteria.criterion, criteria.label, concat('is no criterion; the nearest is ', options.criterion) as fault,
        row_number() over (
            partition by criteria.criterion, criteria.label
            order by {{ edit_distance("lower(coalesce(criteria.criterion, ''))", 'options.criterion') }}, options.criterion
        ) as nearness
    from criteria
    cross join known_criteria as options
    left join known_criteria as itself on criteria.criterion = itself.criterion
    where itself.criterion is null
    union all
    select
        criteria.criterion, criteria.label, concat(coalesce(criteria.label, '(none)'), ' is no label of it that is an answer; the nearest is ', options.label) as fault,
        row_number() over (
            partition by criteria.criterion, criteria.label
            order by {{ edit_distance("lower(coalesce(criteria.label, ''))", 'options.label') }}, options.label
        ) as nearness
    from criteria
    inner join known as options on criteria.criterion = options.criterion
    left join known as itself on criteria.criterion = itself.criterion and criteria.label = itself.label
    where itself.label is null
),

faults as (
    select criterion, fault from nearest where nearness = 1
    union all
    select criterion, concat('the points of ', coalesce(label, '(none)'), ' are ', coalesce(points, '(none)'), '; expected a whole number from 0 to 1000') as fault
    from criteria
    where coalesce(points_count < 0 or points_count > 1000 or {{ try_cast('points', 'double') }} <> points_count, true)
    union all
    select criterion, concat('part is ', coalesce(part, '(none)'), '; expected fit or potential') as fault
    from criteria
    where coalesce(part not in ('fit', 'potential'), true)
    union all
    select criterion, concat('counted_at is ', coalesce(counted_at, '(none)'), '; expected parent or group') as fault
    from criteria
    where coalesce(counted_at not in ('parent', 'group'), true)
    union all
    select criterion, concat('counted_at differs between the rows of the part ', part) as fault
    from criteria
    group by criterion, part
    having min(counted_at) <> max(counted_at)
    union all
    select criterion, concat('the label ', label, ' stands twice in the part ', part) as fault
    from criteria
    group by criterion, part, label
    having count(*) > 1
    union all
    select parts.part as criterion, 'no criterion of this part earns points' as fault
    from (values ('fit'), ('potential')) as parts (part)
    left join criteria on parts.part = criteria.part
    group by parts.part
    having coalesce(max(criteria.points_count), 0) <= 0
)

select concat('seeds/rules/account_criteria.csv: ', coalesce(criterion, '(no criterion)'), ': ', fault, '.') as sentence
from faults
group by criterion, fault
