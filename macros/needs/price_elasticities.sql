{# The CTE `elasticities`: one row per customer who bought the same product at different prices. The elasticity is the slope of the logarithm
   of the quantity on that of the price paid, each product compared with itself (a slope with an intercept per product): -2 says that a price
   a percent lower went with two percent more. `purchases`: customer_id, product_id, paid_price, log_quantity, log_price (decimals, so that
   sums do not depend on the order of rows); `limits`: elasticity_price_ratio. #}
{% macro price_elasticities(purchases, limits) -%}
repriced_products as (
    select
        customer_id,
        product_id,
        count(*) as purchases_count,
        sum(log_price) as prices,
        sum(log_quantity) as quantities,
        sum({{ exact_summand('log_price * log_price') }}) as squares,
        sum({{ exact_summand('log_price * log_quantity') }}) as products
    from {{ purchases }}
    group by customer_id, product_id
    having max(paid_price) >= min(paid_price) * (select elasticity_price_ratio from {{ limits }})
        and count(*) > 1
),

elasticities as (
    select
        customer_id,
        sum(purchases_count) as repriced_purchases_count,
        {{ double_literal('sum(' ~ exact_summand('products - prices * quantities / purchases_count') ~ ')') }}
            / {{ double_literal('sum(' ~ exact_summand('squares - prices * prices / purchases_count') ~ ')') }} as own_price_elasticity
    from repriced_products
    group by customer_id
)
{%- endmacro %}
