"""From orders to the published file: no value where the data deny every forecast, about none where nobody comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from helpers.refreshed import Refreshed

pytestmark = pytest.mark.warehouse


def test_a_shop_nobody_came_back_to_is_worth_nothing_more_and_says_why(
    business: Callable[[str], Refreshed],
) -> None:
    shop = business("one_time")
    said = shop.published(
        "select clv_model, clv_status, sum(expected_purchases_next_365_days), sum(predicted_clv_amount), "
        "count(probability_alive) from customer_lifetime_values group by all"
    )
    assert said == [("population_repeat_rate", "too_few_repeaters", 0, 0, 0)]
    judged = shop.published("select count(distinct as_of_date) from clv_backtest where is_chosen")
    assert judged == [(3,)]


@pytest.mark.slow
def test_a_seasonal_shop_has_no_value_rather_than_a_wrong_one(business: Callable[[str], Refreshed]) -> None:
    shop = business("seasonal")
    said = shop.published(
        "select clv_status, count(expected_purchases_next_90_days), count(predicted_clv_amount), "
        "count(probability_alive) from customer_lifetime_values group by all"
    )
    assert said == [("misses_held_out_total", 0, 0, 0)]
    errors = shop.published(
        "select bool_or(is_chosen) from clv_backtest where measure = 'root_mean_squared_error' "
        "group by model order by avg(value) limit 1"
    )
    assert errors == [(True,)]
    # a prediction is missing, not low; the risk is still told, by how long ago the last order was
    levels = shop.published(
        "select distinct primary_value_segment, probability_no_order_next_90_days between 0 and 1 "
        "from customer_value_segments inner join customer_churn_segments using (customer_id)"
    )
    assert levels == [("no_forecast", True)]


@pytest.mark.slow
def test_a_christmas_shop_is_read_by_its_seasons_and_says_so(business: Callable[[str], Refreshed]) -> None:
    shop = business("seasonal")
    said = " ".join((shop.warehouse.parent / "said.txt").read_text().split())
    assert "lifecycle: the business sells in one season, " in said
    assert "weeks from " in said
    # in June: of last winter's customers nobody is late, whose last order is two winters ago all are
    stages = shop.published("""
        select days_since_last_order < 242, lifecycle_segment in ('at_risk', 'dormant', 'churned'), count(*)
        from customer_lifecycle_segments
        where days_since_last_order < 242 or days_since_last_order > 514
        group by all order by all
    """)
    assert [row[:2] for row in stages] == [(False, True), (True, False)]
    assert min(count for *_, count in stages) > 5
