-- the rules of kind override repeat the bounds of the bands, so that each rule explains itself; they must not differ
select
    bands.rule_id,
    bands.lower_bound,
    bands.upper_bound
from {{ ref('old_segment_rules') }} as bands
left join {{ ref('old_segment_rules') }} as overrides
    on concat(bands.rule_id, '_override') = overrides.rule_id
    and bands.segment = overrides.segment
    and overrides.kind = 'override'
    and coalesce(bands.lower_bound = overrides.lower_bound, bands.lower_bound is null and overrides.lower_bound is null)
    and coalesce(bands.upper_bound = overrides.upper_bound, bands.upper_bound is null and overrides.upper_bound is null)
where bands.scheme in ('company_size', 'company_revenue')
    and bands.kind = 'band'
    and overrides.rule_id is null
