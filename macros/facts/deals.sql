{# One row per deal that was known on the as-of date, used or not; copies of a row that was kept, and what the source itself calls no fact, are
   none. A deal of no known opening stands at the current date. The source states the present stage only, so of a deal that came to it, or
   closed, after the as-of date the stage is not known, and the deal was open. Reads the CTE `spine`. #}
{% macro deals() -%}
select
    judged.customer_id,
    judged.opportunity_id,
    judged.created_date,
    case when judged.stage_entered_date <= spine.as_of_date then judged.stage_entered_date end as stage_entered_date,
    case when judged.closed_date <= spine.as_of_date then judged.closed_date end as closed_date,
    case
        when coalesce(judged.closed_date <= spine.as_of_date, true) and coalesce(judged.stage_entered_date <= spine.as_of_date, true)
            then stages.journey_stage
    end as journey_stage,
    {{ deal_is_open('judged', 'spine.as_of_date') }} as is_open,
    judged.is_won,
    judged.urgency,
    judged.use_case,
    judged.needed_by_date,
    judged.rejection_rule_id
from (
    {{ judged_rows('opportunities') | indent(4) }}
) as judged
inner join spine
    on judged.created_date <= spine.as_of_date
    or judged.created_date is null
left join {{ ref('deal_stages') }} as stages
    on judged.stage = stages.stage
where coalesce(judged.rejection_rule_id, '') not in ('exact_duplicate', 'conflicting_duplicate', 'rejected_by_source')
{%- endmacro %}

{# Whether a deal, joined with its row of deal_stages as `stages`, is open at the end of a day. #}
{% macro deal_is_open(deal, as_of_date) -%}
    coalesce(
        {{ deal }}.closed_date > {{ as_of_date }},
        coalesce({{ deal }}.stage_entered_date > {{ as_of_date }}, false) or coalesce(stages.deal_state, 'open') not in ('won', 'lost')
    )
{%- endmacro %}
