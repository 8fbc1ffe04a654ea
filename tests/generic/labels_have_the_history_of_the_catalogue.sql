{# A scheme that the catalogue calls backfilled has labels at every date of the spine with customers, the others at the current one only.
   Labels of a family that the model does not read stop the run and say so. #}
{% test labels_have_the_history_of_the_catalogue(model) %}
{%- set nodes = graph.nodes.values() | selectattr('package_name', 'equalto', 'customer_segmentation') | list if execute else [] -%}
{%- set read = nodes | selectattr('name', 'equalto', model.identifier) | map(attribute='depends_on.nodes') | sum(start=[]) -%}
{%- for node in nodes if node.config.meta.situations is defined and node.unique_id not in read -%}
    {{- exceptions.raise_compiler_error('models/marts/core/' ~ model.identifier ~ '.sql: the list of families lacks ' ~ node.config.meta.family ~ ', which has the labels ' ~ node.name ~ '.') -}}
{%- endfor -%}
with

dates as (
    select
        as_of_date,
        is_current
    from {{ ref('int_customers_as_of') }}
    group by as_of_date, is_current
),

found as (
    select
        scheme,
        as_of_date
    from {{ model }}
    group by scheme, as_of_date
)

select
    schemes.scheme,
    dates.as_of_date,
    schemes.history
from {{ ref('scheme_catalogue') }} as schemes
cross join dates
left join found
    on schemes.scheme = found.scheme
    and dates.as_of_date = found.as_of_date
where (found.scheme is not null) <> (dates.is_current or schemes.history = 'backfilled')
{% endtest %}
