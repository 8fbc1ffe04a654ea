"""Every numeric cell of the rules decides: moved a little, it moves the label of facts made for its edge."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from helpers.rules_engine import BOUNDS, RULES, RulesEngine, compiled_models, read_rows

MEASURE_OF = {bound: "also_measure" if bound.startswith("also") else "deciding_measure" for bound in BOUNDS}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> RulesEngine:
    return RulesEngine(compiled_models(tmp_path_factory.mktemp("compiled")))


def inside(path_rows: list[dict[str, Any]]) -> dict[str, float]:
    """A value of each measure that lies within the bounds of a way through the rules."""
    values = {}
    for row in path_rows:
        if row["measure"] is None:
            continue
        lower, upper = row["lower_bound"], row["upper_bound"]
        if lower is not None and upper is not None:
            values[row["measure"]] = (lower + upper) / 2
        elif lower is not None:
            values[row["measure"]] = lower + 1
        elif upper is not None:
            values[row["measure"]] = upper - 1
    return values


def test_every_rule_in_use_is_sound(engine: RulesEngine) -> None:
    assert engine.use(read_rows(RULES)) == []


def test_a_cell_that_moves_alone_leaves_a_gap_or_an_overlap(engine: RulesEngine) -> None:
    rules = read_rows(RULES)
    silent = []
    for rule in rules:
        for bound in BOUNDS:
            if rule[bound]:
                kept = rule[bound]
                rule[bound] = str(float(kept) * 1.01 + 0.001)
                faults = engine.use([other for other in rules if other["scheme"] == rule["scheme"]])
                if not any(f"scheme {rule['scheme']}," in sentence for sentence in faults):
                    silent.append((rule["rule_id"], bound))
                rule[bound] = kept
    assert silent == []


def test_a_border_that_moves_moves_the_label_at_its_edge(engine: RulesEngine) -> None:
    """A border stands in the cells on both sides of it; moved up together, facts on it fall to the other side."""
    rules = read_rows(RULES)
    assert engine.use(rules) == []
    ways = defaultdict(list)
    for row in engine.paths():
        if row["family"] in engine.families:
            ways[row["scheme"], row["situation"], row["path"]].append(row)
    borders = defaultdict(list)
    for rule in rules:
        for bound in BOUNDS:
            if rule[bound]:
                borders[rule["scheme"], rule[MEASURE_OF[bound]], float(rule[bound])].append((rule, bound))
    untouched, tried = [], 0
    for (scheme, measure, border), cells in borders.items():
        facts = []
        here = {key: rows for key, rows in ways.items() if key[0] == scheme}
        for (_, situation, path), rows in here.items():
            on_the_way = {rule["rule_id"] for rule, _ in cells} & set(path.split(" > "))
            if not on_the_way or not any(
                row["measure"] == measure and border in (row["lower_bound"], row["upper_bound"])
                for row in rows
            ):
                continue
            # what the way leaves open is as another way from the same situation wants it
            for (_, other_situation, _), other_rows in here.items():
                if other_situation == situation:
                    values = {**inside(other_rows), **inside(rows), measure: border}
                    facts.append({"rows": rows, "situation": situation, "rules": on_the_way, **values})
        if not facts:
            continue
        family, name = facts[0]["rows"][0]["family"], facts[0]["rows"][0]["situations"]
        made_up = [
            {**fact, "customer_id": str(number), f"{name}_situation": fact["situation"]}
            for number, fact in enumerate(facts)
        ]
        of_the_scheme = [rule for rule in rules if rule["scheme"] == scheme]
        engine.use(of_the_scheme)
        engine.paths()
        before = engine.labels(family, made_up)
        for rule, bound in cells:
            rule[bound] = str(border + abs(border) * 1e-6 + 1e-9)
        assert engine.use(of_the_scheme) == [], (scheme, measure, border)
        engine.paths()
        after = engine.labels(family, made_up)
        moved = {
            rule
            for number, fact in enumerate(facts)
            if None not in (was := before.get((str(number), scheme)), now := after.get((str(number), scheme)))
            and was != now
            for rule in fact["rules"]
        }
        for rule, bound in cells:
            rule[bound] = repr(border)
            tried += 1
            if rule["rule_id"] not in moved:
                untouched.append((rule["rule_id"], bound))
    assert tried > 0
    assert untouched == []


def test_a_rule_that_names_an_unknown_measure_stops_the_run(engine: RulesEngine) -> None:
    import duckdb

    rules = read_rows(RULES)
    for rule in rules:
        if rule["scheme"] == "lifecycle" and rule["deciding_measure"] == "days_known":
            rule["deciding_measure"] = "days_knwon"
    assert engine.use(rules) == []
    engine.paths()

    with pytest.raises(
        duckdb.Error,
        match=r"rule lifecycle_\w+ names the measure days_knwon",
    ):
        engine.labels("lifecycle", [{"customer_id": "a", "lifecycle_situation": "never_bought"}])


def test_a_user_adds_a_band_a_label_and_a_scheme_without_sql(engine: RulesEngine) -> None:
    """A band inside `at_risk`, and a scheme of its own over the situations and a measure that the family has."""
    rules = read_rows(RULES)
    by_id = {rule["rule_id"]: rule for rule in rules}
    by_id["lifecycle_once_at_risk"]["upper_bound"] = "3"
    empty = dict.fromkeys(rules[0], "")
    rules.append(
        {**by_id["lifecycle_once_at_risk"], "rule_id": "lifecycle_once_late", "segment": "dormant",
         "lower_bound": "3", "upper_bound": "4"}
    )  # fmt: skip
    words = " ".join(
        sorted(
            {word for rule in rules if rule["scheme"] == "rhythm_risk" for word in rule["situation"].split()}
        )
    )
    for segment, lower, upper in (("short", "", "100"), ("long", "100", "")):
        rules.append(
            {**empty, "rule_id": f"own_{segment}", "scheme": "own", "situation": words, "segment": segment, "rule_version": "1",
             "deciding_measure": "relationship_days", "lower_bound": lower, "upper_bound": upper, "description": "Own"}
        )  # fmt: skip
        engine.connection.execute(
            "insert into seeds.segment_catalogue (scheme, segment) values ('own', ?)", [segment]
        )
    engine.connection.execute(
        "insert into seeds.scheme_catalogue (scheme, family, situations) values ('own', 'churn', 'rhythm_risk')"
    )
    assert engine.use(rules) == []
    engine.paths()

    stages = engine.labels(
        "lifecycle",
        [
            {
                "customer_id": str(ratio),
                "lifecycle_situation": "once",
                "days_since_first_purchase": 200,
                "lapse_ratio": ratio,
            }
            for ratio in (2.9, 3.0, 3.9, 4.0)
        ],
    )
    own = engine.labels(
        "churn",
        [
            {"customer_id": str(days), "rhythm_risk_situation": "not_applicable", "relationship_days": days}
            for days in (99, 100)
        ],
    )

    assert stages == {
        ("2.9", "lifecycle"): "lifecycle_once_at_risk",
        ("3.0", "lifecycle"): "lifecycle_once_late",
        ("3.9", "lifecycle"): "lifecycle_once_late",
        ("4.0", "lifecycle"): "lifecycle_once_dormant",
    }
    assert {key: rule for key, rule in own.items() if key[1] == "own"} == {
        ("99", "own"): "own_short",
        ("100", "own"): "own_long",
    }
