"""A project and a delivery that are just big enough to test the command on."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

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
