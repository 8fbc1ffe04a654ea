-- a pair of levels that the grid lacks would lose its customers
select historic.level as historic_level, predicted.level as predicted_level
from {{ ref('value_levels') }} as historic
cross join {{ ref('value_levels') }} as predicted
left join {{ ref('value_grid') }} as grid
    on historic.level = grid.historic_level
    and predicted.level = grid.predicted_level
where historic.scheme = 'primary_value'
    and historic.measure = 'historic_value_amount'
    and predicted.scheme = 'primary_value'
    and predicted.measure = 'predicted_clv_amount'
    and grid.segment is null
