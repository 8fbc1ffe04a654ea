"""The lookup that SQL joins: exact for every pair, empty where the model cannot be used."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from customer_segmentation.clv import bg_nbd
from customer_segmentation.clv.discounting import discounted_purchases_if_alive
from customer_segmentation.clv.scoring_tables import purchases_lookup

PARAMETERS = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}


def fits(status: str = "ok", **changed: float) -> pd.DataFrame:
    values = {**PARAMETERS, **changed}
    return pd.DataFrame(
        {"model": "bg_nbd", "parameter": list(values), "value": list(values.values()), "status": status}
    )


@pytest.mark.parametrize("changed", [{}, {"a": 1.0}, {"r": 40.0, "alpha": 300.0}, {"a": 0.01, "b": 800.0}])
def test_purchases_lookup_reads_ages_off_a_spline_as_exactly_as_it_would_compute_them(
    changed: dict[str, float],
) -> None:
    ages = np.arange(0, 1_500)
    pairs = pd.DataFrame(
        {"repeat_purchase_count": np.repeat([0, 1, 30], len(ages)), "age_days": np.tile(ages, 3)}
    )
    lookup = purchases_lookup(fits(**changed), pairs, value_horizon_days=1_095, annual_discount_rate=0.1)
    x, age_weeks = pairs["repeat_purchase_count"].to_numpy(float), pairs["age_days"].to_numpy(float) / 7
    params = {**PARAMETERS, **changed}
    exact = bg_nbd.expected_purchases_if_alive(params, 365 / 7, x, age_weeks)
    np.testing.assert_allclose(lookup["next_365_days"], exact, rtol=1e-5)
    discounted = discounted_purchases_if_alive(
        bg_nbd.expected_purchases_if_alive, params, 1_095 / 7, x, age_weeks, annual_discount_rate=0.1
    )
    np.testing.assert_allclose(lookup["discounted"], discounted, rtol=1e-5)


def test_purchases_lookup_keeps_the_pairs_in_their_order() -> None:
    pairs = pd.DataFrame({"repeat_purchase_count": [3, 0, 3], "age_days": [100, 50, 7]})
    lookup = purchases_lookup(fits(), pairs, value_horizon_days=365, annual_discount_rate=0.0)
    assert lookup[["repeat_purchase_count", "age_days"]].to_numpy().tolist() == pairs.to_numpy().tolist()
    np.testing.assert_allclose(lookup["discounted"], lookup["next_365_days"], rtol=1e-9)


@pytest.mark.parametrize("status", ["too_few_repeaters", "not_converged", "no_customers"])
def test_purchases_lookup_is_empty_where_the_model_cannot_be_used(status: str) -> None:
    pairs = pd.DataFrame({"repeat_purchase_count": [1], "age_days": [30]})
    lookup = purchases_lookup(fits(status), pairs, value_horizon_days=365, annual_discount_rate=0.1)
    assert lookup.empty
    assert list(lookup.columns) == [
        "repeat_purchase_count",
        "age_days",
        "next_90_days",
        "next_365_days",
        "discounted",
        "no_purchase_next_90_days",
    ]
