{# Every pair of scheme and segment is in the catalogue, and is what its rule says. #}
{% test assignment_in_catalogue(model) %}
select
    assignments.scheme,
    assignments.segment,
    assignments.rule_id,
    count(*) as customers_count
from {{ model }} as assignments
left join {{ ref('segment_catalogue') }} as catalogue
    on assignments.scheme = catalogue.scheme
    and assignments.segment = catalogue.segment
left join {{ ref('segment_rules') }} as rules
    on assignments.rule_id = rules.rule_id
where catalogue.segment is null
    or rules.segment is null
    or rules.segment <> assignments.segment
    or rules.scheme <> assignments.scheme
group by assignments.scheme, assignments.segment, assignments.rule_id
{% endtest %}
