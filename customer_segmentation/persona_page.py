"""The personas as one page for people: a static HTML file that loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from customer_segmentation.errors import EnvironmentFault, WrongCall

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

ABSENT = "&ndash;"

STYLE = """
:root { --ink: #1c2430; --soft: #5c6675; --line: #dfe3e8; --high: #1f6f8b; --low: #b4632d; --good: #2e7d4f; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 80rem; padding: 2rem 1.25rem 3rem; color: var(--ink);
    background: #f6f7f9; font: 16px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { margin: 0; font-size: 1.75rem; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.2rem; }
.lead { margin: .25rem 0 0; color: var(--soft); max-width: 60rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); gap: 1.25rem;
    margin-top: 1.5rem; }
.card { display: flex; flex-direction: column; background: #fff; border: 1px solid var(--line);
    border-radius: .5rem; padding: 1.1rem 1.2rem; break-inside: avoid; }
.card h3 { margin: .35rem 0 .6rem; font-size: 1.1rem; line-height: 1.3; }
.badge { align-self: flex-start; font-size: .78rem; font-weight: 600; border-radius: 1rem;
    padding: .1rem .65rem; color: #fff; background: var(--good); }
.badge.provisional { background: #fff; color: var(--soft); box-shadow: inset 0 0 0 1px var(--soft); }
.figures { display: grid; grid-template-columns: repeat(4, auto); gap: .5rem; margin: 0 0 .9rem; }
.figures dt, .typical dt { color: var(--soft); font-size: .8rem; }
.figures dd { margin: 0; font-size: 1.15rem; font-weight: 600; }
.typical { display: grid; grid-template-columns: auto 1fr; gap: .1rem .8rem; align-items: baseline;
    margin: .9rem 0; font-size: .92rem; }
.typical dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; }
caption { text-align: left; color: var(--soft); font-size: .8rem; padding-bottom: .3rem; }
th { text-align: left; font-weight: 600; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.features th { font-weight: 400; }
.features td, .features th { padding: .12rem 0 .12rem .7rem; }
.features th[scope=row] { padding-left: 0; white-space: nowrap; }
.features .base, .muted { color: var(--soft); }
.scale { width: 24%; }
.bar { position: relative; height: .7rem;
    background: linear-gradient(var(--soft), var(--soft)) center / 1px 100% no-repeat; }
.bar span { position: absolute; top: 0; bottom: 0; border-radius: 2px; }
.bar .high { left: 50%; background: var(--high); }
.bar .low { right: 50%; background: var(--low); }
.words { margin: 0; font-size: .92rem; }
.reason { margin: auto 0 0; padding-top: .8rem; color: var(--soft); font-size: .82rem; }
.selection { background: #fff; border: 1px solid var(--line); border-radius: .5rem; padding: .8rem 1.2rem;
    overflow-x: auto; }
.selection table + table { margin-top: 1.2rem; }
.selection td, .selection th { padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--line); }
.chosen td { font-weight: 600; background: #eef6f1; }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .85rem; max-width: 60rem; }
@media print { body { background: #fff; } }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write_persona_page(published_file: Path, output: Path) -> int:
    """Write the page of the personas in a published file; returns the number of clusters shown.

    Raises `WrongCall` where nothing is published yet, or by a version that knew no personas, and
    `EnvironmentFault` where the published file cannot be read or the page cannot be written.
    """
    import duckdb

    if not published_file.is_file():
        raise WrongCall(f"Nothing is published at {published_file} yet; refresh first.")
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
    features: dict[int, list[Row]] = {}
    # a feature in which nobody differs (a table the company does not have) says nothing on a card
    telling = {row["feature"] for row in profiles if row["standardised_difference"]}
    for row in profiles:
        if row["feature"] in telling:
            features.setdefault(row["cluster_id"], []).append(row)
    shown = "".join(_card(card, features.get(card["cluster_id"], [])) for card in cards)
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Personas as of {_text(info['as_of_date'])}</title><style>{STYLE}</style></head><body>",
        f"<header><h1>Personas as of {_text(info['as_of_date'])}</h1>",
        f'<p class="lead">{_summary(cards, customers_by_label)}</p></header>',
        f'<main><div class="cards">{shown}</div>' if cards else "<main><p>There are no clusters yet.</p>",
        _selection(selection),
        "</main>",
        _footer(info),
        "</body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _summary(cards: Sequence[Row], customers_by_label: Mapping[str, int]) -> str:
    personas = sum(card["promotion_status"] == "persona" for card in cards)
    kinds = {"persona": personas, "provisional cluster": len(cards) - personas}
    shown = " and ".join(_counted(count, word) for word, count in kinds.items() if count) or "no cluster"
    others = ", ".join(
        f"{customers_by_label[label]:,} {words}"
        for label, words in WITHOUT_PERSONA.items()
        if customers_by_label.get(label)
    )
    sentence = f"{sum(card['customers_count'] for card in cards):,} customers in {shown}."
    return escape(f"{sentence} Not shown: {others}." if others else sentence)


def _card(card: Row, features: Sequence[Row]) -> str:
    is_persona = card["promotion_status"] == "persona"
    kind, badge = ("Persona", "badge") if is_persona else ("Provisional cluster", "badge provisional")
    figures = {
        "customers": f"{card['customers_count']:,}",
        "of all": _percent(card["customers_ratio"]),
        "of revenue": _percent(card["revenue_ratio"]),
        "per order": _number(card["average_order_amount"]),
    }
    typical = {
        "Channel": (card["main_channel"], card["main_channel_ratio"]),
        "Stage": (card["main_lifecycle"], card["main_lifecycle_ratio"]),
        "Category": (card["main_category"], card["main_category_ratio"]),
        "Product": (card["main_product"], card["main_product_ratio"]),
    }
    lines = [
        f'<article class="card"><span class="{badge}">{kind} {card["cluster_id"]}</span>',
        f"<h3>{_sentence_case(card['persona_name'])}</h3>",
        '<dl class="figures">',
        *(f"<div><dt>{word}</dt><dd>{value}</dd></div>" for word, value in figures.items()),
        "</dl>",
        _features(features, card["persona_group"]),
        '<dl class="typical">',
    ]
    for word, (value, ratio) in typical.items():
        if value is not None:
            shown = _text(str(value).replace("_", " "))
            lines.append(f'<dt>{word}</dt><dd>{shown} <span class="muted">({_percent(ratio)})</span></dd>')
    lines.append("</dl>")
    if card["suggested_words"]:
        words = _text(card["suggested_words"])
        lines.append(f'<p class="words"><span class="muted">In words:</span> {words}</p>')
    outliers = f" {_percent(card['outliers_ratio'])} are outliers." if card["outliers_ratio"] else ""
    lines.append(f'<p class="reason">{_sentence_case(card["promotion_reason"])}.{outliers}</p></article>')
    return "".join(lines)


def _features(features: Sequence[Row], group: Any) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_text(row["feature_label"] or row["feature"])}</th>'
        f'<td class="scale">{_bar(row["standardised_difference"])}</td>'
        f'<td class="number">{_value(row["feature"], row["cluster_mean"])}</td>'
        f'<td class="number base">{_value(row["feature"], row["base_mean"])}</td></tr>'
        for row in features
    )
    return (
        '<table class="features"><thead><tr><td></td><td></td><th class="number" scope="col">here</th>'
        f'<th class="number base" scope="col">{_base(group)}</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _bar(difference: float | None) -> str:
    if difference is None:
        return ""
    width = 50 * min(abs(difference) / FULL_BAR_DEVIATIONS, 1)
    side, word = ("high", "above") if difference > 0 else ("low", "below")
    label = f"{abs(difference):.1f} standard deviations {word}"
    bar = f'<span class="{side}" style="width:{width:.1f}%"></span>'
    return f'<div class="bar" title="{label}" role="img" aria-label="{label}">{bar}</div>'


def _selection(selection: Sequence[Row]) -> str:
    if not selection:
        return ""
    heads = ("clusters", "silhouette", "gap", "weakest similarity", "smallest share")
    head = "".join(f'<th class="number" scope="col">{word}</th>' for word in heads)
    tables = []
    for group in dict.fromkeys(row["persona_group"] for row in selection):
        rows = "".join(_tried(row) for row in selection if row["persona_group"] == group)
        tables.append(
            f"<table><caption>Customers clustered: {_base(group)}</caption>"
            f'<thead><tr>{head}<th scope="col">verdict</th></tr></thead><tbody>{rows}</tbody></table>'
        )
    return f'<h2>How the number of clusters was chosen</h2><div class="selection">{"".join(tables)}</div>'


def _tried(row: Row) -> str:
    numbers = (
        str(row["clusters_count"]),
        _decimal(row["silhouette_score"]),
        _decimal(row["gap_score"]),
        _decimal(row["minimum_jaccard_ratio"]),
        _percent(row["smallest_cluster_ratio"]),
    )
    cells = "".join(f'<td class="number">{number}</td>' for number in numbers)
    chosen = ' class="chosen"' if row["is_chosen"] else ""
    return f"<tr{chosen}>{cells}<td>{_text(row['reason'])}</td></tr>"


def _footer(info: Row) -> str:
    return (
        "<footer><p>Bars: by how many standard deviations the centre of the cluster lies above (right) or "
        f"below (left) everybody; half the width is {FULL_BAR_DEVIATIONS:g}. Figures are means. A cluster is "
        "a description, not a cause, and a provisional one has not proven itself yet. Channel, stage, "
        "category and product are what most of its customers share, with their share in brackets. Amounts "
        "are in the reporting currency; revenue is that of the last 365 days.</p>"
        f"<p>Run {_text(info['run_id'])}, version {_text(info['project_version'])}.</p></footer>"
    )


def _base(group: Any) -> str:
    return "everybody" if group == "all" else _text(str(group).replace("_", " "))


def _sentence_case(text: Any) -> str:
    return _text(str(text)[:1].upper() + str(text)[1:])


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _text(value: Any) -> str:
    return escape(str(value))


def _percent(ratio: float | None) -> str:
    if ratio is None:
        return ABSENT
    return f"{100 * ratio:.1f} %" if 0 < abs(ratio) < 0.0995 else f"{100 * ratio:.0f} %"


def _number(value: Any) -> str:
    if value is None:
        return ABSENT
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"


def _decimal(value: float | None) -> str:
    return ABSENT if value is None else f"{value:.2f}"


def _value(feature: str, value: float | None) -> str:
    return _percent(value) if str(feature).endswith("_ratio") else _number(value)
