{%- set limit = number_setting('cluster_sample_size', 100, 100000) -%}
-- a bounded sample of customers whose habits can be seen, the same one on every run: the first by a hash of the id
with

bounds as (
    {{ rule_bounds(['persona_too_few_orders.upper']) }}
)

select
    features.customer_id,
    {%- for feature in cluster_features() %}
    features.{{ feature }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('int_cluster_features') }} as features
inner join bounds
    on features.orders_count >= bounds.persona_too_few_orders_upper
order by md5(features.customer_id), features.customer_id
limit {{ limit }}
