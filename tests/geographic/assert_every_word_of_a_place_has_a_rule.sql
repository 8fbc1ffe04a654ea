-- a continent, sales region, climate or kind of a list that no rule knows would leave its customers without a label
with

words as (
    {%- for column, suffix in {'continent': '_by_headquarters', 'sales_region': '_by_headquarters', 'climate_zone': '_by_country'}.items() %}
    select '{{ column }}' as scheme, concat({{ column }}, suffix) as situation
    from {{ ref('countries') }}
    cross join (
        select '{{ suffix }}' as suffix
        union all
        select '' as suffix
    ) as suffixes
    where {{ column }} is not null
    union
    {%- endfor %}
    select 'climate_zone' as scheme, climate_zone as situation from {{ ref('cities') }} where climate_zone is not null
    union
    select 'settlement' as scheme, settlement_type as situation from {{ ref('settlement_types') }}
    union
    select 'store_kind' as scheme, store_class as situation from {{ ref('store_kinds') }}
)

select concat('seeds/rules/segment_rules.csv: no rule of the scheme ', words.scheme, ' is for the situation ', words.situation) as problem
from words
left join {{ ref('int_segment_rule_boxes') }} as boxes
    on words.scheme = boxes.scheme
    and words.situation = boxes.situation
where boxes.scheme is null
