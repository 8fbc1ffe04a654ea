"""The personas as one page for people: a static HTML file that loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from customer_segmentation.errors import EnvironmentFault, WrongCall
from customer_segmentation.warehouse import Warehouse

Row = Mapping[str, Any]

QUERIES = {
    "cards": """
        select * from persona_cards
        order by promotion_status = 'provisional', persona_group = 'all', persona_group,
            customers_count desc, cluster_id""",
    "profiles": """
        select * from cluster_profiles
        order by cluster_id, abs(standardised_difference) desc, feature""",
    "selection": """
        select * from cluster_selection
        where as_of_date = (select as_of_date from publish_info)
        order by persona_group, clusters_count""",
    "labels": """
        select persona_segment, count(*) as customers_count
        from customer_clusters
        group by persona_segment""",
    "info": "select as_of_date, run_id, project_version from publish_info",
}
WITHOUT_PERSONA = {
    "too_few_orders": "with too few orders to show habits",
    "not_applicable": "without an order",
    "unknown": "of whom no orders are known",
}
FULL_BAR_DEVIATIONS = 2.0
ABSENT = Markup("&ndash;")


def write_persona_page(published_file: Path, output: Path) -> int:
    """Write the page of the personas in a published file; returns the number of clusters shown.

    Raises `WrongCall` where nothing is published yet, or by a version that knew no personas, and
    `EnvironmentFault` where the published file cannot be read or the page cannot be written.
    """
    import duckdb

    if not published_file.is_file():
        folder = Warehouse(published_file.parent.parent)
        raise WrongCall(f"There is no published file {published_file}; {folder.how_to_fill}")
    found: dict[str, list[dict[str, Any]]] = {}
    try:
        with duckdb.connect(str(published_file), read_only=True) as connection:
            for name, query in QUERIES.items():
                result = connection.execute(query)
                columns = [column[0] for column in result.description]
                found[name] = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
    except duckdb.CatalogException as error:
        raise WrongCall(f"The file {published_file} holds no personas; refresh again.") from error
    except duckdb.Error as error:
        raise EnvironmentFault(f"The published file {published_file} cannot be read: {error}") from error
    page = persona_page(
        found["cards"],
        profiles=found["profiles"],
        selection=found["selection"],
        customers_by_label={row["persona_segment"]: row["customers_count"] for row in found["labels"]},
        info=found["info"][0],
    )
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(page, encoding="utf-8")
    except OSError as error:
        raise EnvironmentFault(f"The page {output} cannot be written: {error.strerror}.") from error
    return len(found["cards"])


def persona_page(
    cards: Sequence[Row],
    *,
    profiles: Sequence[Row],
    selection: Sequence[Row],
    customers_by_label: Mapping[str, int],
    info: Row,
) -> str:
    """The page as HTML, every text escaped.

    Parameters
    ----------
    cards, profiles, selection
        Rows of `persona_cards` in the order to show them, of `cluster_profiles` by strength, and of
        `cluster_selection` at the current date.
    customers_by_label
        Customers per label of the scheme `persona`.
    info
        The row of `publish_info`.
    """
    # a feature in which nobody differs (a table the company does not have) says nothing on a card
    telling = {row["feature"] for row in profiles if row["standardised_difference"]}
    features: dict[int, list[Row]] = {}
    for row in profiles:
        if row["feature"] in telling:
            features.setdefault(row["cluster_id"], []).append(row)
    personas = sum(card["promotion_status"] == "persona" for card in cards)
    kinds = {"persona": personas, "provisional cluster": len(cards) - personas}
    return _template().render(
        cards=cards,
        features=features,
        selection=selection,
        info=info,
        coverage=_coverage(customers_by_label),
        kinds=" and ".join(_counted(count, word) for word, count in kinds.items() if count) or "no cluster",
        others=[
            f"{customers_by_label[label]:,} {words}"
            for label, words in WITHOUT_PERSONA.items()
            if customers_by_label.get(label)
        ],
        full_bar=f"{FULL_BAR_DEVIATIONS:g}",
    )


def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("customer_segmentation"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters |= {
        "percent": _percent,
        "number": _number,
        "decimal": lambda value: ABSENT if value is None else f"{value:.2f}",
        "words": lambda value: str(value).replace("_", " "),
        "sentence": lambda value: str(value)[:1].upper() + str(value)[1:],
        "bar_width": lambda difference: f"{50 * min(abs(difference) / FULL_BAR_DEVIATIONS, 1):.1f}%",
    }
    return environment.get_template("personas.html")


def _coverage(customers_by_label: Mapping[str, int]) -> float | None:
    """The share of the buyers that is in a persona; none where nobody is."""
    buyers = sum(
        count for label, count in customers_by_label.items() if label not in ("not_applicable", "unknown")
    )
    covered = sum(count for label, count in customers_by_label.items() if label.startswith("persona_"))
    return covered / buyers if covered else None


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _percent(ratio: float | None) -> str:
    if ratio is None:
        return ABSENT
    return f"{100 * ratio:.1f} %" if 0 < abs(ratio) < 0.0995 else f"{100 * ratio:.0f} %"


def _number(value: Any) -> str:
    if value is None:
        return ABSENT
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"
