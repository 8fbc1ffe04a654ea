"""The published CDNOW figures, from a CSV folder through the whole warehouse to the published file."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.refreshed import Refreshed, refresh

pytestmark = pytest.mark.warehouse

PUBLISHED_PARAMETERS = {
    ("bg_nbd", "r"): 0.24259,
    ("bg_nbd", "alpha"): 4.41360,
    ("bg_nbd", "a"): 0.79292,
    ("bg_nbd", "b"): 2.42591,
    ("mbg_nbd", "r"): 0.52484,
    ("mbg_nbd", "alpha"): 6.18309,
    ("mbg_nbd", "a"): 0.89136,
    ("mbg_nbd", "b"): 1.61399,
    ("pareto_nbd", "r"): 0.55328,
    ("pareto_nbd", "alpha"): 10.57768,
    ("pareto_nbd", "s"): 0.60624,
    ("pareto_nbd", "beta"): 11.6687,
    ("gamma_gamma", "p"): 6.24957,
    ("gamma_gamma", "q"): 3.74422,
    ("gamma_gamma", "gamma"): 15.44352,
}
PUBLISHED_EXPECTED_SPEND = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]


def test_published_parameters_equal_the_papers(cdnow_refreshed: Refreshed) -> None:
    found = {
        (model, parameter): value
        for model, parameter, value in cdnow_refreshed.published(
            "select model, parameter, value from clv_model_parameters"
        )
    }
    assert found == pytest.approx(PUBLISHED_PARAMETERS, abs=5e-4, rel=5e-4)


def test_published_fits_have_the_log_likelihood_of_the_papers(cdnow_refreshed: Refreshed) -> None:
    fits = {
        row[0]: row[1:]
        for row in cdnow_refreshed.published(
            "select model, status, log_likelihood, customers_count, repeat_customers_count from clv_model_fits"
        )
    }
    assert fits["bg_nbd"] == ("ok", pytest.approx(-9582.4292, abs=1e-3), 2357, 946)
    assert fits["mbg_nbd"][1] == pytest.approx(-9582.1357, abs=1e-3)
    assert fits["pareto_nbd"][1] == pytest.approx(-9594.9762, abs=1e-3)
    assert fits["gamma_gamma"] == ("ok", pytest.approx(-4055.9177, abs=1e-3), 946, 946)


def test_frequency_scores_keep_ties_together(cdnow_refreshed: Refreshed) -> None:
    scores = cdnow_refreshed.published(
        "select frequency_score, count(*) from customer_rfm_segments where frequency_score is not null "
        "group by frequency_score order by frequency_score"
    )
    assert scores == [(1, 1398), (3, 439), (4, 216), (5, 304)]


def test_expected_spend_of_the_first_ten_customers(cdnow_refreshed: Refreshed) -> None:
    spend = cdnow_refreshed.published(
        "select expected_spend_amount from customer_lifetime_values order by cast(customer_id as integer) limit 10"
    )
    assert [row[0] for row in spend] == pytest.approx(PUBLISHED_EXPECTED_SPEND, abs=0.006)


def test_every_customer_and_order_is_accounted_for(cdnow_refreshed: Refreshed) -> None:
    counts = cdnow_refreshed.published(
        "select input_table, rows_read, rows_accepted, rows_rejected from input_reconciliation "
        "where is_declared order by input_table"
    )
    assert counts == [("customers", 2357, 2357, 0), ("orders", 6919, 6919, 0)]


def test_customers_and_orders_as_csv_are_enough(cdnow_refreshed: Refreshed) -> None:
    unknown = cdnow_refreshed.published(
        "select distinct scheme from customer_segment_assignments where segment = 'unknown'"
    )
    assert not {("rfm",), ("lifecycle",), ("value_tier",)} & set(unknown)


def test_families_without_their_input_answer_unknown(cdnow_refreshed: Refreshed) -> None:
    labels = dict(
        cdnow_refreshed.published(
            "select scheme, min(segment) from customer_segment_assignments group by scheme having count(distinct segment) = 1"
        )
    )
    assert labels.get("purchase_intent", "unknown") == "unknown"


@pytest.mark.slow
def test_on_the_full_cdnow_the_chosen_model_beats_every_naive_forecast(
    cdnow_master_folder: Path, tmp_path: Path
) -> None:
    refreshed = refresh(cdnow_master_folder, tmp_path, "1998-06-30")
    judged = refreshed.published(
        "select measure, avg(value), avg(baseline_value) from clv_backtest where is_chosen "
        "and measure in ('root_mean_squared_error', 'rank_concordance', 'top_decile_revenue_ratio') group by measure"
    )
    table = {measure: (value, baseline) for measure, value, baseline in judged}
    assert len(table) == 3, "no model was chosen"
    assert table["root_mean_squared_error"][0] < table["root_mean_squared_error"][1]
    assert table["rank_concordance"][0] > table["rank_concordance"][1]
    assert table["top_decile_revenue_ratio"][0] > table["top_decile_revenue_ratio"][1]
    models = refreshed.published("select distinct clv_model from customer_lifetime_values")
    chosen = refreshed.published("select distinct model from clv_backtest where is_chosen")
    assert models == chosen
    alive = refreshed.published(
        "select count(*) from customer_lifetime_values where probability_alive = 1 and repeat_purchase_count = 0"
    )
    assert alive == [(0,)]
