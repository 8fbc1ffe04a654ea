"""Groups of customers: a large one keeps its own fit, a small one is drawn to the whole, none is left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from customer_segmentation.clv import bg_nbd
from customer_segmentation.clv.pooling import fit_groups


def simulated(random: np.random.Generator, size: int, *, rate: float, group: str) -> pd.DataFrame:
    """BG/NBD customers with gamma(1) rates of the given mean per week, dropping out with Beta(1, 3)."""
    rates, chances = random.gamma(1.0, rate, size), random.beta(1.0, 3.0, size)
    age = random.uniform(20, 120, size)
    rows = []
    for purchase_rate, chance, end in zip(rates, chances, age, strict=True):
        clock, last, count = 0.0, 0.0, 0
        while True:
            clock += random.exponential(1 / purchase_rate)
            if clock > end:
                break
            count, last = count + 1, clock
            if random.random() < chance:
                break
        rows.append((count, last, end))
    frame = pd.DataFrame(rows, columns=["repeat_purchase_count", "recency_weeks", "age_weeks"])
    return frame.assign(customers_count=1, model_group=group)


@pytest.fixture(scope="module")
def groups() -> pd.DataFrame:
    random = np.random.default_rng(5)
    return pd.concat(
        [
            simulated(random, 3_000, rate=0.05, group="slow"),
            simulated(random, 3_000, rate=0.4, group="fast"),
            simulated(random, 25, rate=0.4, group="tiny"),
        ],
        ignore_index=True,
    )


def mean_rate(parameters: dict[str, float]) -> float:
    return parameters["r"] / parameters["alpha"]


def test_a_large_group_keeps_its_own_parameters(groups: pd.DataFrame) -> None:
    pooled = fit_groups(bg_nbd, groups, minimum_repeat_customers=20)
    for name in ("slow", "fast"):
        own = bg_nbd.fit(groups.loc[groups["model_group"] == name])
        assert mean_rate(pooled[name].parameters) == pytest.approx(mean_rate(own.parameters), rel=0.05)


def test_a_tiny_group_has_finite_parameters_between_its_own_and_those_of_all(groups: pd.DataFrame) -> None:
    pooled = fit_groups(bg_nbd, groups, minimum_repeat_customers=20)["tiny"]
    assert pooled.status == "ok"
    assert pooled.customers_count == 25
    assert np.isfinite(list(pooled.parameters.values())).all()
    whole = bg_nbd.fit(groups)
    assert 0.3 < pooled.parameters["a"] / whole.parameters["a"] < 3


def test_groups_that_do_not_differ_are_drawn_together() -> None:
    random = np.random.default_rng(6)
    rows = pd.concat([simulated(random, 400, rate=0.2, group=name) for name in "abcdef"], ignore_index=True)
    own = [mean_rate(bg_nbd.fit(of_group).parameters) for _, of_group in rows.groupby("model_group")]
    pooled = [
        mean_rate(fit.parameters) for fit in fit_groups(bg_nbd, rows, minimum_repeat_customers=20).values()
    ]
    assert np.std(pooled) < np.std(own)


def test_one_group_is_the_plain_fit(groups: pd.DataFrame) -> None:
    rows = groups.loc[groups["model_group"] == "slow"]
    assert (
        fit_groups(bg_nbd, rows, minimum_repeat_customers=20)["slow"].parameters
        == bg_nbd.fit(rows).parameters
    )


def test_the_order_of_rows_is_irrelevant(groups: pd.DataFrame) -> None:
    shuffled = groups.sample(frac=1, random_state=1)
    first, second = (
        fit_groups(bg_nbd, groups, minimum_repeat_customers=20),
        fit_groups(bg_nbd, shuffled, minimum_repeat_customers=20),
    )
    for name in first:
        assert second[name].parameters == pytest.approx(first[name].parameters, rel=1e-9)


def test_a_missing_group_column_is_named(groups: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="model_group"):
        fit_groups(bg_nbd, groups.drop(columns="model_group"), minimum_repeat_customers=20)
