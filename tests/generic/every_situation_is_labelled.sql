{# Every situation that the facts of a family give has led to exactly one label of the catalogue, the one its rule names. #}
{% test every_situation_is_labelled(model, facts) %}
{%- set lists = labels_lists(model.identifier) -%}
with

expected as (
    {%- for situation in lists.get('situations', ['parsed_only']) %}
    select
        schemes.scheme,
        facts.as_of_date,
        count(facts.{{ situation }}_situation) as labels_count
    from {{ facts }} as facts
    inner join {{ ref('scheme_catalogue') }} as schemes
        on schemes.family = '{{ lists.family }}'
        and schemes.situations = '{{ situation }}'
    group by schemes.scheme, facts.as_of_date
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

found as (
    select
        labels.scheme,
        labels.as_of_date,
        count(*) as labels_count,
        count(case when catalogue.segment is not null and rules.segment = labels.segment then 1 end) as right_count
    from {{ model }} as labels
    left join {{ ref('segment_catalogue') }} as catalogue
        on labels.scheme = catalogue.scheme
        and labels.segment = catalogue.segment
    left join {{ ref('segment_rules') }} as rules
        on labels.rule_id = rules.rule_id
        and labels.scheme = rules.scheme
    group by labels.scheme, labels.as_of_date
)

select
    expected.scheme,
    expected.as_of_date,
    expected.labels_count as expected_count,
    found.labels_count as found_count,
    found.right_count
from expected
left join found
    on expected.scheme = found.scheme
    and expected.as_of_date = found.as_of_date
where expected.labels_count <> coalesce(found.labels_count, 0)
    or expected.labels_count <> coalesce(found.right_count, 0)
{% endtest %}
