{% test relationships_where(model, column_name, to, field, from_condition='1=1', to_condition='1=1') %}
    {{ return(adapter.dispatch('test_relationships_where', 'dbt_utils')(
        model, column_name, to, field, from_condition, to_condition
    )) }}
{% endtest %}

{% macro default__test_relationships_where(model, column_name, to, field, from_condition='1=1', to_condition='1=1') %}

with child as (

    select {{ column_name }} as child_value
    from {{ model }}
    where {{ column_name }} is not null
        and ({{ from_condition }})

),

parent as (

    select distinct {{ field }} as parent_value
    from {{ to }}
    where {{ field }} is not null
        and ({{ to_condition }})

)

select child.child_value
from child
left join parent on child.child_value = parent.parent_value
where parent.parent_value is null

{% endmacro %}
