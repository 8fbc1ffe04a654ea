"""A project and a delivery that are just big enough to test the command on."""

CONTRACT = """
sources:
  - name: raw
    tables:
      - name: customers
        columns:
          - {name: customer_id, data_type: string, config: {meta: {required: true}}}
          - {name: customer_name, data_type: string, config: {meta: {pii: true}}}
          - {name: registered_at, data_type: timestamp, config: {meta: {required: false}}}
          - {name: birth_date, data_type: date, config: {meta: {pii: true, strict: true}}}
      - name: orders
        columns:
          - {name: order_id, data_type: string, config: {meta: {required: true}}}
          - {name: customer_id, data_type: string, config: {meta: {required: true}}}
          - {name: ordered_at, data_type: timestamp, config: {meta: {required: true}}}
          - {name: net_amount, data_type: "decimal(18,4)", config: {meta: {strict: true}}}
          - {name: is_free_shipping, data_type: boolean}
      - name: order_items
        columns:
          - {name: order_id, data_type: string, config: {meta: {required: true}}}
          - {name: line_number, data_type: bigint, config: {meta: {required: true}}}
      - name: subscriptions
        columns: []
      - name: product_events
        columns: []
      - name: malformed_lines
"""
CUSTOMERS = "customer_id,customer_name\nA,Ann\nB,Bob\n"
ORDERS = "order_id,customer_id,ordered_at,net_amount\n1,A,2026-01-05 10:00:00,12.50\n2,B,2026-02-01,7\n"

# what dbt builds of it: the marts that a refresh reads, of which one is slow where SLOW is set
FILES = {
    "dbt_project.yml": """
name: small
profile: small
flags: {send_anonymous_usage_stats: false}
vars: {reporting_time_zone: UTC, greeting: hello}
models:
  small:
    marts: {+materialized: table, +schema: marts}
seeds:
  small: {+schema: seeds}
""",
    "profiles.yml": """
small:
  target: duckdb
  outputs:
    duckdb:
      type: duckdb
      path: "{{ env_var('CUSTOMER_SEGMENTATION_WAREHOUSE') }}/build.duckdb"
      threads: 1
""",
    "macros/generate_schema_name.sql": "{% macro generate_schema_name(name, node) %}{{ name }}{% endmacro %}",
    "seeds/settings.csv": """topic,setting,setting_value
guard,minimum_rows_of_customers,1
guard,largest_loss_ratio,0.5
guard,largest_rejected_ratio,0.5
""",
    "models/marts/customer_segments.sql": """
{% if env_var('CUSTOMER_SEGMENTATION_AS_OF_DATE') == '2000-01-01' %}
    {{ exceptions.raise_compiler_error("The setting 'as_of_date' is too early.") }}
{% endif %}
select
    customer_id,
    customer_name,
    cast('{{ env_var("CUSTOMER_SEGMENTATION_AS_OF_DATE") }}' as date) as as_of_date
    {% if env_var('SLOW', '') %}, (
        select count(*) from range(100000) a, range(100000) b where a.range * b.range % 7 = 1
    ) as slow_count{% endif %}
from raw.customers
""",
    "models/marts/input_reconciliation.sql": """
select
    '{{ env_var("CUSTOMER_SEGMENTATION_RUN_ID", "dbt") }}' as run_id,
    table_name as input_table,
    rows_read,
    rows_read - malformed_lines_count as rows_accepted,
    malformed_lines_count as rows_rejected
from raw.loaded_tables
""",
    "models/marts/rejected_rows.sql": "select * from raw.malformed_lines",
    "models/marts/_marts__models.yml": """
models:
  - name: customer_segments
    description: One row per customer.
    access: public
    columns:
      - {name: customer_name, description: Its name., data_tests: [not_null]}
  - name: input_reconciliation
    access: public
""",
}
