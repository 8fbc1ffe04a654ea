-- the same quantity has the same amount in both marts
select value_segments.customer_id
from {{ ref('customer_value_segments') }} as value_segments
inner join {{ ref('customer_lifetime_values') }} as lifetime_values
    on value_segments.customer_id = lifetime_values.customer_id
where value_segments.historic_value_amount <> lifetime_values.historic_value_amount
    or coalesce(value_segments.predicted_clv_amount, -1) <> coalesce(lifetime_values.predicted_clv_amount, -1)
    or coalesce(value_segments.formula_clv_amount, -1) <> coalesce(lifetime_values.formula_clv_amount, -1)
