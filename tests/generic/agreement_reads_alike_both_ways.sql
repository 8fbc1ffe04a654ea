{# Each pair of labels of a crossing stands there in both directions with the same customers. #}
{% test agreement_reads_alike_both_ways(model) %}
select concat(agreement.scheme, ' and ', agreement.other_scheme, ': another count the other way round') as problem
from {{ model }} as agreement
left join {{ model }} as turned
    on agreement.scheme = turned.other_scheme
    and agreement.segment = turned.other_segment
    and agreement.other_scheme = turned.scheme
    and agreement.other_segment = turned.segment
where turned.customers_count is null
    or turned.customers_count <> agreement.customers_count
{% endtest %}
