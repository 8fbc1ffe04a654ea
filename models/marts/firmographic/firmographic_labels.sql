{%- set lists = labels_lists(model.name) -%}
-- one row per customer, as-of date and scheme of the family: the label and the rule that gave it. Nine schemes come from the facts;
-- the tenth, macro, puts the labels of three of them together, so it comes second, by the same way
with

labels as (
    {{ scheme_labels(ref('firmographic_facts'), lists) }}
),

parts as (
    select
        labels.customer_id,
        labels.as_of_date,
        max(sector_groups.sector_group) as sector_group,
        max(size_groups.size_group) as size_group,
        max(case when labels.scheme = 'headquarters_region' then nullif(labels.segment, 'unknown') end) as sales_region
    from labels
    left join {{ ref('sector_groups') }} as sector_groups
        on case when labels.scheme = 'industry_sector' then labels.segment end = sector_groups.sector
    left join {{ ref('company_size_groups') }} as size_groups
        on case when labels.scheme = 'company_size' then labels.segment end = size_groups.company_size_segment
    group by labels.customer_id, labels.as_of_date
),

macro_facts as (
    select
        facts.customer_id,
        facts.as_of_date,
        facts.is_current,
        facts.group_employee_count,
        case
            when facts.company_size_situation = 'not_applicable' then 'not_applicable'
            when parts.sector_group is null or parts.size_group is null or parts.sales_region is null then 'unknown'
            else concat(parts.sector_group, '_', parts.size_group, '_', parts.sales_region)
        end as macro_situation
    from {{ ref('firmographic_facts') }} as facts
    inner join parts
        on facts.customer_id = parts.customer_id
        and facts.as_of_date = parts.as_of_date
),

macro_labels as (
    {{ scheme_labels('macro_facts', {'family': lists.family, 'situations': ['macro'], 'measures': ['group_employee_count']}) }}
)

select * from labels
union all
select * from macro_labels
