{# One row per event name that is no use of a feature of the product: kind is visit (of the web site or shop) or session (in the product, but no
   feature). Of the patterns of the seed event_kinds that fit a name the lowest priority number decides; a name that none fits is a feature. #}
{% macro event_kinds() -%}
    select names.event_name, min_by(patterns.kind, patterns.priority) as kind
    from (select event_name from {{ ref('int_product_events_owned') }} group by event_name) as names
    inner join {{ ref('event_kinds') }} as patterns on names.event_name like patterns.event_name_pattern
    group by names.event_name
{%- endmacro %}
