-- one row per pair of repeat purchases and days, from first to last purchase or of age, that buyers have now: what the chosen
-- model has to be looked up at. Never more than a row per day and number of repeats; none where too little is known to score
with

histories as (
    select
        histories.model_group,
        histories.repeat_purchase_count,
        histories.first_to_last_days,
        histories.age_days
    from {{ ref('int_clv_histories') }} as histories
    inner join {{ ref('int_score_sufficiency') }} as sufficiency
        on histories.as_of_date = sufficiency.as_of_date
    where histories.is_current
        and sufficiency.population_status = 'sufficient'
)

select
    model_group,
    repeat_purchase_count,
    first_to_last_days as days
from histories
union
select
    model_group,
    repeat_purchase_count,
    age_days as days
from histories
