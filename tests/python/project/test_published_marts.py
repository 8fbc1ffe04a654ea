"""Every published table is described, under contract, keyed, and free of personal columns."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from customer_segmentation.contract import read_contract
from helpers import ROOT

Models = list[dict[str, Any]]
SEVEN_HEADINGS = [
    "## Question",
    "## Inputs (and what happens without them)",
    "## Rule",
    "## Worked example",
    "## Why this rule and what was rejected",
    "## Limits and misuse",
    "## References",
]


@pytest.fixture(scope="module")
def published(models: Models) -> Models:
    return [model for model in models if model["access"] == "public"]


def test_published_marts_are_under_contract_and_described(published: Models) -> None:
    assert len(published) >= 15
    for model in published:
        assert model["original_file_path"].startswith("models/marts/"), model["name"]
        assert model["contract"]["enforced"], model["name"]
        assert model["description"], model["name"]
        assert all(column["description"] for column in model["columns"].values()), model["name"]


def test_published_marts_have_a_data_test(published: Models, manifest: dict[str, Any]) -> None:
    tested = {
        node
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test"
        for node in test["depends_on"]["nodes"]
    }
    assert {model["unique_id"] for model in published} - tested == set()


def test_no_personal_or_protected_column_is_published(published: Models) -> None:
    contract = read_contract(ROOT)
    hidden = {
        column.name
        for table in contract.tables.values()
        for column in table.columns
        if column.is_pii or column.is_protected
    } - {"customer_id"}
    assert {"email", "birth_date", "gender"} <= hidden
    for model in published:
        assert hidden.isdisjoint(model["columns"]), model["name"]


def test_what_the_law_or_the_body_protects_is_marked_in_the_contract() -> None:
    """Religion and health stand in answers to surveys, a handicap in what was bought; without the mark no gate sees them."""
    protected = {
        f"{table.name}.{column.name}"
        for table in read_contract(ROOT).tables.values()
        for column in table.columns
        if column.is_protected
    }
    people = ("birth_date", "age_band", "gender", "marital_status", "household_size", "children_count")
    bodily = ("is_accessibility_feature", "is_for_body", "is_for_surroundings")
    assert protected == {
        *(f"customers.{name}" for name in people),
        *(f"products.{name}" for name in bodily),
        "survey_responses.answer",
    }


def test_every_family_folder_has_the_same_kinds_of_file_and_a_page_with_seven_headings() -> None:
    with (ROOT / "seeds/catalogue/scheme_catalogue.csv").open() as file:
        families = {row["family"] for row in csv.DictReader(file)}
    assert {"firmographic", "lifecycle", "rfm", "behavioral", "value"} <= families
    for family in families:
        folder = ROOT / "models/marts" / family
        assert (folder / f"_{family}__models.yml").is_file(), family
        assert (folder / f"{family}_facts.sql").is_file(), family
        assert (folder / f"{family}_labels.sql").is_file(), family
        page = (folder / f"{family}.md").read_text()
        assert [line for line in page.splitlines() if line.startswith("## ")] == SEVEN_HEADINGS, family


def test_every_catalogue_segment_has_a_rule_and_every_rule_a_segment() -> None:
    with (ROOT / "seeds/catalogue/segment_catalogue.csv").open() as file:
        catalogue = {(row["scheme"], row["segment"]) for row in csv.DictReader(file)}
    with (ROOT / "seeds/rules/segment_rules.csv").open() as file:
        ruled = {(row["scheme"], row["segment"]) for row in csv.DictReader(file) if not row["then_situation"]}
    assert catalogue == ruled
    for scheme in {scheme for scheme, _ in catalogue}:
        assert (scheme, "unknown") in catalogue, scheme


def test_the_text_of_each_label_says_the_question_and_what_the_label_is_for(published: Models) -> None:
    (wide,) = [model for model in published if model["name"] == "customer_segments"]
    with (ROOT / "seeds/catalogue/scheme_catalogue.csv").open() as file:
        schemes = list(csv.DictReader(file))
    assert len(schemes) >= 30
    for scheme in schemes:
        text = wide["columns"][f"{scheme['scheme']}_segment"]["description"]
        assert text == f"{scheme['label']}: {scheme['question']} Use: {scheme['purpose']}."
