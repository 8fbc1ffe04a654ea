{# A label column holds only keys that the catalogue lists for the scheme, and never null. #}
{% test segment_in_catalogue(model, column_name, scheme) %}
select
    labelled.{{ column_name }} as segment,
    count(*) as customers_count
from {{ model }} as labelled
left join {{ ref('segment_catalogue') }} as catalogue
    on catalogue.scheme = '{{ scheme }}'
    and labelled.{{ column_name }} = catalogue.segment
where catalogue.segment is null
group by labelled.{{ column_name }}
{% endtest %}
