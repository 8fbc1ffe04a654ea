{# Two tables have as many rows. dbt_utils.equal_rowcount asks the same, but of two empty tables dbt Labs' package gives no number, and dbt
   fails on that (1.3 and 1.4). #}
{% test as_many_rows_as(model, compare_model) %}
select
    counted.rows_count,
    compared.rows_count as expected_rows_count
from (select count(*) as rows_count from {{ model }}) as counted
cross join (select count(*) as rows_count from {{ compare_model }}) as compared
where counted.rows_count <> compared.rows_count
{% endtest %}
