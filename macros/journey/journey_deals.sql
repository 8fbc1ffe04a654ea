{# CTEs: `open_deals`, one row per customer with an open deal: the one that is furthest, of equals the one that came to its stage (or was opened)
   last, with the days since; `closed_deals`, one row per customer with a deal that was won or lost lately, or on no known day: the last one, of
   equals a won one; `cycles`, one row: how many days won deals took (median), where enough have both days. Reads deals, limits and spine. #}
{% macro journey_deals() -%}
{%- set ranks = {'problem': 1, 'interest': 2, 'evaluation': 3, 'proposal': 4} -%}
used_deals as (
    select
        deals.*,
        case deals.journey_stage {% for stage, rank in ranks.items() %}when '{{ stage }}' then {{ rank }} {% endfor %}else 0 end as stage_rank,
        coalesce(deals.stage_entered_date, deals.created_date, cast('1970-01-01' as date)) as moved_date,
        coalesce(deals.closed_date, deals.stage_entered_date) as ended_date
    from deals
    where deals.rejection_rule_id is null
),

open_deals as (
    select
        numbered.customer_id,
        numbered.open_deals_count,
        numbered.journey_stage as open_stage,
        -- the day of a stage that is not known is none
        case when numbered.journey_stage is not null then {{ days_between('numbered.stage_entered_date', 'spine.as_of_date') }} end as days_in_stage,
        {{ days_between('numbered.created_date', 'spine.as_of_date') }} as days_open
    from (
        select
            used_deals.*,
            count(*) over (partition by customer_id) as open_deals_count,
            row_number() over (
                partition by customer_id
                order by stage_rank desc, moved_date desc, coalesce(created_date, cast('1970-01-01' as date)) desc, opportunity_id desc
            ) as position
        from used_deals
        where is_open
    ) as numbered
    cross join spine
    where numbered.position = 1
),

closed_deals as (
    select
        numbered.customer_id,
        case when numbered.is_won then 'won' else 'lost' end as closed_state,
        {{ days_between('numbered.ended_date', 'spine.as_of_date') }} as days_since_closed
    from (
        select
            used_deals.*,
            row_number() over (
                partition by customer_id
                order by coalesce(ended_date, moved_date) desc, case when is_won then 0 else 1 end, opportunity_id desc
            ) as position
        from used_deals
        where not is_open
    ) as numbered
    cross join spine
    cross join limits
    where numbered.position = 1
        and coalesce({{ days_between('numbered.ended_date', 'spine.as_of_date') }} < limits.closed_deal_days, true)
),

cycles as (
    select
        count(*) as won_deals_count,
        case
            when count(*) >= max(limits.compared_deals_count)
                then percentile_cont(0.5) within group (order by {{ days_between('used_deals.created_date', 'used_deals.closed_date') }})
        end as usual_cycle_days
    from used_deals
    cross join limits
    where used_deals.is_won
        and used_deals.closed_date is not null
        and used_deals.created_date is not null
)
{%- endmacro %}
