"""The page of the personas: every text escaped, nothing loaded, one sentence where there is nothing to show."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from customer_segmentation.persona_page import persona_page

INFO = {"as_of_date": date(2026, 6, 30), "run_id": "run_1", "project_version": "0.1.0"}
CARD = {
    "cluster_id": 1,
    "persona_group": "all",
    "persona_segment": "persona_1",
    "persona_name": "discount-driven buyers who order often",
    "difference_sentence": "Discounted orders 80.0 % (everybody 30.0 %)",
    "suggested_words": "discount-driven, frequent",
    "customers_count": 1234,
    "customers_ratio": 0.25,
    "buyers_ratio": 0.5,
    "revenue_ratio": 0.052,
    "average_order_amount": Decimal("92.70"),
    "outliers_ratio": 0.0,
    "main_category": "garden",
    "main_category_ratio": 0.5,
    "main_product": None,
    "main_product_ratio": None,
    "main_channel": "online",
    "main_channel_ratio": 1.0,
    "main_lifecycle": "at_risk",
    "main_lifecycle_ratio": 0.4,
    "promotion_status": "persona",
    "promotion_reason": "comes back",
}
PROFILE = {
    "cluster_id": 1,
    "feature": "discounted_orders_ratio",
    "feature_label": "discounted orders",
    "cluster_mean": 0.8,
    "base_mean": 0.3,
    "standardised_difference": 1.5,
}
TRIED = {
    "persona_group": "all",
    "clusters_count": 2,
    "silhouette_score": 0.3,
    "gap_score": None,
    "minimum_jaccard_ratio": 0.9,
    "smallest_cluster_ratio": 0.4,
    "is_chosen": True,
    "reason": "The largest eligible number",
}


class Page(HTMLParser):
    """Texts, tags and attributes of a page; complains about tags that are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def page(cards=(CARD,), profiles=(PROFILE,), selection=(TRIED,), labels=None) -> str:
    return persona_page(
        cards,
        profiles=profiles,
        selection=selection,
        customers_by_label=labels or {"persona_1": 1234, "too_few_orders": 56},
        info=INFO,
    )


def test_a_card_shows_name_figures_and_differences():
    texts = Page(page()).texts

    for text in (
        "Personas as of 2026-06-30",
        "1,234 customers in 1 persona. Personas cover 96 % of the buyers. Not shown: 56 with too few orders to show habits.",
        "Persona 1",
        "Discount-driven buyers who order often",
        "1,234",
        "25 %",
        "5.2 %",
        "92.7",
        "discounted orders",
        "80 %",
        "30 %",
        "at risk ",
        "Comes back.",
        "The largest eligible number",
    ):
        assert text in texts
    assert "Product" not in texts


def test_a_provisional_cluster_is_not_called_a_persona():
    shown = page(
        cards=[{**CARD, "promotion_status": "provisional", "persona_segment": "provisional_cluster_1"}]
    )

    assert "Provisional cluster 1" in Page(shown).texts
    assert "in 1 provisional cluster." in shown


def test_every_text_is_escaped():
    hostile = "<script>alert('x')</script>\" onload=\"x"
    texts = {key: hostile for key, value in CARD.items() if isinstance(value, str)}
    shown = page(
        cards=[{**CARD, **texts}],
        profiles=[{**PROFILE, "feature": hostile, "feature_label": hostile}],
        selection=[{**TRIED, "reason": hostile, "persona_group": hostile}],
    )

    assert "script" not in Page(shown).tags
    assert not any(name.startswith("on") for name, _ in Page(shown).attributes)


def test_the_page_loads_nothing():
    parsed = Page(page())

    assert {"script", "link", "img", "iframe", "a"}.isdisjoint(parsed.tags)
    assert {"src", "href"}.isdisjoint(name for name, _ in parsed.attributes)
    assert "url(" not in page()
    assert "default-src 'none'" in page()


def test_without_clusters_the_page_says_so():
    shown = page(cards=(), profiles=(), selection=(), labels={"unknown": 7})

    assert "There are no clusters yet." in Page(shown).texts
    assert "0 customers in no cluster. Not shown: 7 of whom no orders are known." in Page(shown).texts


def test_figures_that_are_not_known_are_dashes():
    shown = page(cards=[{**CARD, "average_order_amount": None}], profiles=[{**PROFILE, "cluster_mean": None}])

    assert shown.count("&ndash;") == 3  # with the gap of the number of clusters


def run(warehouse: Path, output: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "customer_segmentation.cli", "personas"]
    command += ["--warehouse", str(warehouse), "--output", str(output)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def published(warehouse) -> duckdb.DuckDBPyConnection:
    warehouse.published_file.parent.mkdir()
    return duckdb.connect(str(warehouse.published_file))


def test_the_command_refuses_where_nothing_is_published(warehouse, tmp_path):
    done = run(warehouse.folder, tmp_path / "personas.html")

    assert done.returncode == 2
    assert done.stderr.strip().endswith("run a refresh first, or name another folder with --warehouse.")
    assert not (tmp_path / "personas.html").exists()


def test_the_command_refuses_a_file_without_personas(warehouse, tmp_path):
    with published(warehouse) as connection:
        connection.execute("create table customer_segments as select 1 as customer_id")
    done = run(warehouse.folder, tmp_path / "personas.html")

    assert done.returncode == 2
    assert done.stderr.strip().endswith("holds no personas; refresh again.")


def test_the_command_says_in_one_sentence_that_it_cannot_write(warehouse, tmp_path):
    with published(warehouse) as connection:
        connection.execute(
            """
            create table persona_cards (cluster_id int, promotion_status varchar, persona_group varchar, customers_count int);
            create table cluster_profiles (cluster_id int, feature varchar, standardised_difference double);
            create table cluster_selection (as_of_date date, persona_group varchar, clusters_count int);
            create table customer_clusters (persona_segment varchar);
            create table publish_info as
            select date '2026-06-30' as as_of_date, 'run_1' as run_id, '0.1.0' as project_version;
            """
        )
    done = run(warehouse.folder, tmp_path)
    well = run(warehouse.folder, tmp_path / "new" / "personas.html")

    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert well.returncode == 0, well.stderr
    assert "There are no clusters yet." in (tmp_path / "new" / "personas.html").read_text()


def test_a_feature_in_which_nobody_differs_is_not_shown():
    shown = page(profiles=[{**PROFILE, "standardised_difference": 0.0}])
    assert "style" not in {name for name, _ in Page(shown).attributes}


@pytest.mark.parametrize("width", [-9.0, -2.0, 0.1, 1.0, 9.0])
def test_bars_stay_inside_their_half(width):
    shown = page(profiles=[{**PROFILE, "standardised_difference": width}])
    (bar,) = [value for name, value in Page(shown).attributes if name == "style"]

    assert bar == f"width:{min(abs(width) / 2, 1) * 50:.1f}%"
