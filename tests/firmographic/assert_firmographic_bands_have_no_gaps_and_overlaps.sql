-- each band starts where the one before ends, the first is open below and the last above
with

bands as (
    select
        rules.scheme,
        rules.rule_id,
        rules.lower_bound,
        rules.upper_bound,
        lag(rules.upper_bound) over (partition by rules.scheme, rules.kind order by coalesce(rules.lower_bound, -1), rules.rule_id) as end_of_previous,
        lead(rules.rule_id) over (partition by rules.scheme, rules.kind order by coalesce(rules.lower_bound, -1), rules.rule_id) as next_rule_id
    from {{ ref('old_segment_rules') }} as rules
    where rules.scheme in ('company_size', 'company_revenue', 'ad_spend', 'ad_intensity', 'company_age')
        and (rules.kind = 'band' or (rules.kind = 'override' and rules.deciding_measure is not null))
)

select
    scheme,
    rule_id
from bands
where coalesce(lower_bound, -1) <> coalesce(end_of_previous, -1)
    or (next_rule_id is null) <> (upper_bound is null)
    or lower_bound >= upper_bound
