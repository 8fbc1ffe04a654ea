-- every label of the catalogue has a rule that leads to it, and every rule leads to a label of the catalogue
select
    case
        when catalogue.segment is null
            then concat('seeds/rules/segment_rules.csv: rule ', rules.rule_id, ' gives the label ', rules.segment, ', which segment_catalogue does not know for the scheme ', rules.scheme)
        else concat('seeds/catalogue/segment_catalogue.csv: no rule of the scheme ', catalogue.scheme, ' gives the label ', catalogue.segment)
    end as problem
from {{ ref('segment_catalogue') }} as catalogue
full outer join {{ ref('segment_rules') }} as rules
    on catalogue.scheme = rules.scheme
    and catalogue.segment = rules.segment
where (catalogue.segment is null and rules.segment is not null)
    or (rules.segment is null and catalogue.segment is not null)
