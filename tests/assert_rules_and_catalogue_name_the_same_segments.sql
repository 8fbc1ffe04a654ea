-- every label of the catalogue has a rule that leads to it, and every rule leads to a label of the catalogue
select
    coalesce(catalogue.scheme, rules.scheme) as scheme,
    coalesce(catalogue.segment, rules.segment) as segment,
    catalogue.segment is null as is_missing_in_catalogue
from {{ ref('segment_catalogue') }} as catalogue
full outer join {{ ref('segment_rules') }} as rules
    on catalogue.scheme = rules.scheme
    and catalogue.segment = rules.segment
where (catalogue.segment is null and rules.segment is not null)
    or (rules.segment is null and catalogue.segment is not null)
