"""Personas: the same for the same facts, hardly moved by new customers, with cards that agree with the labels."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from helpers.refreshed import EXAMPLE_UNTIL, Refreshed, command, dbt

pytestmark = pytest.mark.warehouse

AS_OF = f"{{as_of_date: {EXAMPLE_UNTIL.isoformat()}}}"
# customers in another order; of the versions of a row the later one counts, so a customer's own rows keep theirs
SHUFFLED = (
    "select * exclude (file_row_number) from read_parquet('{file}', file_row_number = true) "
    "order by hash(customer_id), file_row_number"
)
LABELLED = "persona_segment like 'persona%' or persona_segment like 'provisional%'"


def clusters_of(input_folder: Path, warehouse: Path, parsed: Path, *words: str) -> pd.DataFrame:
    """The table customer_clusters of a delivery, by plain load, seed and run, without the rest of the marts."""
    loaded = command("load", "--input", input_folder, "--warehouse", warehouse)
    assert loaded.returncode == 0, loaded.stderr
    for step in (["seed"], ["run", "--vars", AS_OF, "--select", "+customer_clusters", *words]):
        done = dbt(warehouse, *step, parsed=parsed)
        assert done.returncode == 0, done.stdout[-3000:]
    return table(Refreshed(warehouse).build_file, "marts.customer_clusters")


def table(file: Path, name: str) -> pd.DataFrame:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(f"select * from {name} order by customer_id").df()


def copied(source: Path, target: Path, query: str) -> Path:
    """Every table of a delivery that names customers rewritten by a query over {file}, the others as they are."""
    target.mkdir()
    with duckdb.connect() as connection:
        for file in sorted(source.glob("*.parquet")):
            columns = {row[0] for row in connection.execute(f"describe from '{file}'").fetchall()}
            kept = query if "customer_id" in columns else "from '{file}'"
            connection.execute(f"copy ({kept.format(file=file)}) to '{target / file.name}' (format parquet)")
    return target


def test_labels_do_not_depend_on_the_order_of_rows_or_the_number_of_threads(
    example: Refreshed, example_folder: Path, parsed_project: Path, tmp_path: Path
) -> None:
    shuffled = copied(example_folder, tmp_path / "input", SHUFFLED)
    again = clusters_of(shuffled, tmp_path / "warehouse", parsed_project, "--threads", "1")
    expected = table(example.published_file, "customer_clusters")
    pd.testing.assert_frame_equal(again, expected, check_exact=False, rtol=1e-9)
    assert again["persona_segment"].equals(expected["persona_segment"])


def test_with_one_percent_new_customers_nearly_everybody_keeps_the_cluster(
    example: Refreshed, example_folder: Path, parsed_project: Path, tmp_path: Path
) -> None:
    older = "select * from '{file}' where customer_id is null or hash(customer_id) % 100 <> 7"
    before = clusters_of(
        copied(example_folder, tmp_path / "input", older), tmp_path / "warehouse", parsed_project
    )
    after = table(example.published_file, "customer_clusters")
    assert 0 < len(after) - len(before) < 0.03 * len(after)
    both = before.merge(after, on="customer_id", suffixes=("_before", "_after")).query(
        "cluster_id_before > 0"
    )
    assert len(both) > 500
    assert (both["cluster_id_before"] == both["cluster_id_after"]).mean() >= 0.95
    assert (both["persona_segment_before"] == both["persona_segment_after"]).mean() >= 0.95


def test_every_cluster_has_a_card_that_agrees_with_the_labels(example: Refreshed) -> None:
    counted = example.published(
        f"select persona_segment, count(*) from customer_clusters where {LABELLED} group by 1 order by 1"
    )
    assert len(counted) > 1
    assert counted == example.published(
        "select persona_segment, customers_count from persona_cards order by persona_segment"
    )
    assert example.published(
        "select count(*), count(distinct persona_name), count(difference_sentence), count(suggested_words) from persona_cards"
    ) == [(len(counted),) * 4]
    assert example.published(
        "select distinct profiles.customers_count = cards.customers_count "
        "from cluster_profiles as profiles inner join persona_cards as cards using (cluster_id)"
    ) == [(True,)]
    assert example.published(
        "select count(distinct as_of_date), sum(is_chosen::int) from cluster_selection"
    ) == [(3, 3)]


def test_the_page_shows_every_persona(example: Refreshed, tmp_path: Path) -> None:
    output = tmp_path / "personas.html"
    done = command("personas", "--warehouse", example.warehouse, "--output", output)
    assert done.returncode == 0, done.stderr
    page = output.read_text(encoding="utf-8")
    names = example.published("select persona_name from persona_cards")
    assert all(name[1:] in page for (name,) in names)
    assert page.count("<article") == len(names)
