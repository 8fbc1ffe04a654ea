"""Labels against what followed: stages keep the order that they claim, or say that the data do not carry it."""

from collections.abc import Callable

import pandas as pd
import pytest

from helpers.refreshed import Refreshed

pytestmark = [pytest.mark.warehouse, pytest.mark.slow]

LIFECYCLE = "select * from label_evidence where scheme = 'lifecycle' order by outcome_rank"


@pytest.mark.parametrize("data", ["example", "retailer", "crm", "cdnow_refreshed"])
def test_stages_keep_their_order_on_every_data_set(data: str, request: pytest.FixtureRequest) -> None:
    refreshed: Refreshed = request.getfixturevalue(data)
    stages = refreshed.published_frame(LIFECYCLE)
    judged = stages.loc[stages["evidence"] != "too_few_customers"]
    assert list(stages["segment"]) == ["loyal", "active", "at_risk", "dormant", "churned"]
    # the CDNOW sample begins and ends with a cohort: two stages are judged at least
    assert len(judged) >= 2
    assert set(judged["evidence"]) == {"in_order"}
    assert judged["bought_ratio"].is_monotonic_decreasing


def test_labels_of_the_past_are_counted_with_what_followed(example: Refreshed) -> None:
    """The evidence again, from the labels and purchase days alone."""
    told = example.built_frame(
        "select segment, customers_count, bought_count from marts.label_evidence where scheme = 'rfm'"
    )
    labels = example.built_frame("""
        select labels.customer_id, labels.as_of_date, labels.segment
        from marts.rfm_labels as labels
        where labels.segment in ('champions', 'loyal', 'at_risk') and labels.as_of_date <= date '2026-06-30' - 90
    """)
    days = example.built_frame("""
        select customer_id, activity_date from intermediate.int_customer_purchase_days where orders_count > 0
    """)
    pairs = labels.merge(days, on="customer_id")
    waited = (pairs["activity_date"] - pairs["as_of_date"]).dt.days
    bought = pairs.loc[(waited > 0) & (waited <= 90)].drop_duplicates(["customer_id", "as_of_date"])
    expected = pd.DataFrame({
        "customers_count": labels.groupby("segment").size(),
        "bought_count": bought.groupby("segment").size(),
    })  # fmt: skip
    found = told.set_index("segment").sort_index()
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, check_index_type=False)


def test_who_buys_often_is_the_same_in_both_schemes(example: Refreshed, cdnow_refreshed: Refreshed) -> None:
    for refreshed in (example, cdnow_refreshed):
        fewest, champions, loyal = refreshed.published("""
            select
                min(rfm.frequency_count),
                count(*) filter (rfm.rfm_segment = 'champions'),
                count(*) filter (lifecycle.lifecycle_rule_id = 'lifecycle_repeat_loyal')
            from customer_rfm_segments as rfm
            inner join customer_lifecycle_segments as lifecycle using (customer_id)
            where rfm.rfm_segment in ('champions', 'loyal', 'cannot_lose')
                or lifecycle.lifecycle_rule_id = 'lifecycle_repeat_loyal'
        """)[0]
        assert fewest >= 3
        assert champions > 0
        assert loyal > 0


def test_fast_buyers_are_not_at_risk_by_one_scheme_and_safe_by_another(example: Refreshed) -> None:
    silent, at_risk, safe = example.published("""
        select min(days_since_last_order), count(*), count(*) filter (churn_risk_segment = 'low')
        from customer_segments
        inner join customer_lifecycle_segments using (customer_id)
        where customer_lifecycle_segments.lifecycle_segment = 'at_risk'
            and customer_lifecycle_segments.lifecycle_rule_id = 'lifecycle_repeat_at_risk'
    """)[0]
    assert at_risk > 50
    assert silent >= 90
    assert safe < 0.1 * at_risk


def test_a_shop_of_one_season_says_that_its_stages_are_out_of_order(
    business: Callable[[str], Refreshed],
) -> None:
    refreshed = business("seasonal")
    stages = refreshed.published_frame(LIFECYCLE).set_index("segment")
    assert stages.loc["dormant", "bought_ratio"] > stages.loc["active", "bought_ratio"]
    assert {"active", "dormant"} <= set(stages.index[stages["evidence"] == "out_of_order"])
    labelled = refreshed.published("""
        select distinct lifecycle_evidence from customer_lifecycle_segments where lifecycle_segment = 'active'
    """)
    assert labelled == [("out_of_order",)]
    said = " ".join((refreshed.warehouse.parent / "said.txt").read_text().split())
    assert "lifecycle: the order of its labels does not hold on these data" in said
