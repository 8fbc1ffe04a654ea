"""Rules for the number of clusters, compared on planted populations: writes the table of the clusters' page.

Run from the root: `.venv/bin/python benchmarks/cluster_rules.py` prints and writes the table (ten minutes on
one core). What is tried on a population, and what judges it, is what a refresh runs.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from cluster_populations import OUTLIER, POPULATIONS, Population
from scipy.spatial.distance import cdist
from sklearn.metrics import adjusted_rand_score

from customer_segmentation.cluster_quality import gap_references, gaps, quick_k_means, starting_centers
from customer_segmentation.clusters import ClusterRules, assign_clusters, try_clusters

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "models/marts/clusters/clusters.md"
BEGIN, END = "<!-- comparison -->", "<!-- end of comparison -->"
SEEDS = (0, 1, 2)
HALVES = ("choosing", "held_out")
STRENGTH_SPLITS, STRENGTH_STARTS, GAP_POINTS = 3, 3, 1000
NO_GROUPS = 1


@dataclass(frozen=True)
class Tried:
    """Every k on one draw of a population: what rules look at, and how well each k finds the truth."""

    population: Population
    has_groups: bool
    quality: pd.DataFrame  # by k
    gap: pd.DataFrame  # by k from 1: score and error
    strength: pd.Series  # by k
    found: pd.Series  # adjusted Rand index by k
    chosen: int

    def score(self, k: int) -> float:
        """The adjusted Rand index; without groups 1 for who says so. One group of all is worth nothing."""
        if k == NO_GROUPS or not self.has_groups:
            return float((k == NO_GROUPS) != self.has_groups)
        return float(self.found[k])


def published_rules() -> ClusterRules:
    """The bounds of the seed of settings."""
    with (ROOT / "seeds/rules/settings.csv").open() as file:
        rows = {row["setting"]: float(row["setting_value"]) for row in csv.DictReader(file)}
    return ClusterRules(**{name: rows[name] for name in ClusterRules.__annotations__})


def tried(population: Population, seed: int, rules: ClusterRules, *, all_measures: bool = True) -> Tried:
    drawn = population.drawn(seed)
    trials = try_clusters(
        drawn.frame,
        key_column="customer_id",
        feature_columns=drawn.features,
        log_columns=drawn.log_features,
        random_state=0,
        rules=rules,
    )
    quality = trials.quality.set_index("k")
    belongs = drawn.truth != OUTLIER
    found = {}
    for k in quality.index:
        result = trials.result(k=k)
        labels = assign_clusters(drawn.frame, result.transform, result.centroids)["cluster_id"]
        found[k] = adjusted_rand_score(drawn.truth[belongs], labels[belongs])
    gap, strength = pd.DataFrame(), pd.Series(dtype="float64")
    if all_measures:
        random = np.random.default_rng(seed)
        points = transformed(drawn.frame[drawn.features].to_numpy(), trials.transform)
        gap = gap_from_one(points, [NO_GROUPS, *quality.index], random)
        strength = prediction_strength(points, list(quality.index), random)
    chosen = quality.index[quality["is_chosen"] & quality["is_eligible"]]
    return Tried(
        population,
        drawn.has_groups,
        quality,
        gap,
        strength,
        pd.Series(found),
        int(chosen[0]) if len(chosen) else NO_GROUPS,
    )


def transformed(raw: np.ndarray, transform: pd.DataFrame) -> np.ndarray:
    raw = np.where(transform["is_log"], np.sign(raw) * np.log1p(np.abs(raw)), raw)
    cut = np.clip(raw, transform["lower_bound"].to_numpy(), transform["upper_bound"].to_numpy())
    return (cut - transform["mean"].to_numpy()) / transform["standard_deviation"].to_numpy()


def gap_from_one(points: np.ndarray, ks: list[int], random: np.random.Generator) -> pd.DataFrame:
    points = points[:GAP_POINTS]  # in the order of the key, which is random
    scores, errors = gaps(points, gap_references(random, points), ks, random)
    return pd.DataFrame({"score": scores, "error": errors})


def prediction_strength(points: np.ndarray, ks: list[int], random: np.random.Generator) -> pd.Series:
    """Tibshirani and Walther (2005): pairs of a half's cluster that the other half's centres keep."""
    strengths = []
    for _ in range(STRENGTH_SPLITS):
        order = random.permutation(len(points))
        halves = [points[order[: len(order) // 2]], points[order[len(order) // 2 :]]]
        weights = [np.ones(len(half)) for half in halves]
        starts = [
            [starting_centers(half, own, max(ks), random) for _ in range(STRENGTH_STARTS)]
            for half, own in zip(halves, weights, strict=True)
        ]
        of_split = {}
        for k in ks:
            trained, tested = (
                quick_k_means(half, own, start, k)[0]
                for half, own, start in zip(halves, weights, starts, strict=True)
            )
            own, foreign = (cdist(halves[1], centers).argmin(axis=1) for centers in (tested, trained))
            together = []
            for number in range(k):
                counts = np.bincount(foreign[own == number], minlength=k)
                pairs = counts.sum() * (counts.sum() - 1)
                together.append((counts * (counts - 1)).sum() / pairs if pairs else 0.0)
            of_split[k] = min(together)
        strengths.append(pd.Series(of_split))
    return pd.concat(strengths, axis=1).mean(axis=1)


def comparable_rules(rules: ClusterRules) -> dict[str, Callable[[Tried], int]]:
    """By name; `stable` is what can be trusted by share and Jaccard alone."""

    def stable(one: Tried, jaccard: float = rules.eligible_jaccard_ratio) -> pd.DataFrame:
        quality = one.quality
        is_large = quality["smallest_cluster_ratio"] >= rules.eligible_share_ratio
        return quality.loc[is_large & (quality["minimum_jaccard_ratio"] >= jaccard)]

    def largest(quality: pd.DataFrame) -> int:
        return int(quality.index.max()) if len(quality) else NO_GROUPS

    def silhouette_tie(one: Tried, tie: float = rules.silhouette_tie) -> int:
        scores = stable(one)["silhouette_score"]
        return largest(stable(one).loc[scores >= scores.max() - tie])

    def first_gap(one: Tried) -> int:
        enough = one.gap["score"] >= (one.gap["score"] - one.gap["error"]).shift(-1, fill_value=-np.inf)
        return int(enough.idxmax())

    def stable_and_gap(one: Tried) -> int:
        candidates = one.gap.loc[[NO_GROUPS, *stable(one).index]]
        best = candidates.loc[candidates["score"].idxmax()]
        return int(candidates.index[candidates["score"] >= best["score"] - best["error"]].max())

    def stands_apart(one: Tried) -> bool:
        return bool((stable(one)["apart_share_ratio"] >= rules.apart_share_ratio).any())

    def no_run(one: Tried) -> int:
        quality = stable(one)
        return largest(quality.loc[quality["largest_valley_ratio"] <= 1.0])

    def strength(one: Tried, bound: float) -> int:
        return int(max(one.strength.index[one.strength >= bound], default=NO_GROUPS))

    return {
        "best silhouette": lambda one: int(one.quality["silhouette_score"].idxmax()),
        "stable, silhouette within 0.02 of the best (before)": silhouette_tie,
        "stable, silhouette within 0.10 of the best": lambda one: silhouette_tie(one, 0.10),
        "gap, first within one standard error": first_gap,
        "stable, gap within one standard error": stable_and_gap,
        "largest stable (Jaccard 0.75)": lambda one: largest(stable(one)),
        "largest stable (Jaccard 0.85)": lambda one: largest(stable(one, 0.85)),
        "prediction strength 0.7": lambda one: strength(one, 0.7),
        "prediction strength 0.8": lambda one: strength(one, 0.8),
        "largest stable, if clusters stand apart": lambda one: (
            largest(stable(one)) if stands_apart(one) else NO_GROUPS
        ),
        "largest stable, no valley above 1": no_run,
        "the rule above": lambda one: one.chosen,
        "(best number, if it were known)": lambda one: (
            int(one.found.idxmax()) if one.has_groups else NO_GROUPS
        ),
    }


def scores(everything: list[Tried], rules: ClusterRules) -> pd.DataFrame:
    """A row per draw and rule: kind, half, score."""
    return pd.DataFrame(
        {
            "kind": one.population.kind,
            "half": one.population.half,
            "rule": name,
            "score": one.score(choose(one)),
        }
        for one in everything
        for name, choose in comparable_rules(rules).items()
    )


def page_of(table: pd.DataFrame, draws_count: int) -> str:
    """Two tables in Markdown: the rules, and the kinds under the rule before and the present one."""
    means = table.groupby(["rule", "half"], sort=False)["score"].mean().unstack()  # noqa: PD010
    overall = table.groupby("rule", sort=False)["score"].mean()
    none = table.loc[table["kind"] == "none"].groupby("rule", sort=False)["score"].mean()
    lines = [
        f"Mean adjusted Rand index over {draws_count} draws of {len(POPULATIONS)} populations; where there "
        "are no groups, 1 for a rule that says so and 0 for any other.",
        "",
        "| rule | all | chosen on | held out | no groups |",
        "|---|---|---|---|---|",
    ]
    for rule in overall.index:
        values = [overall[rule], *(means.loc[rule, half] for half in HALVES), none[rule]]
        lines.append(f"| {rule} | " + " | ".join(f"{value:.3f}" for value in values) + " |")
    before, best = (next(rule for rule in overall.index if mark in rule) for mark in ("(before)", "(best"))
    now = "the rule above"
    kinds = table.groupby(["kind", "rule"], sort=False)["score"].mean().unstack()  # noqa: PD010
    lines += ["", "| kind | before | now | best number |", "|---|---|---|---|"]
    lines += [
        f"| {kind} | " + " | ".join(f"{kinds.loc[kind, rule]:.3f}" for rule in (before, now, best)) + " |"
        for kind in kinds.index
    ]
    return "\n".join(lines)


def main() -> None:
    rules = published_rules()
    everything = []
    for seed in SEEDS:
        for number, population in enumerate(POPULATIONS, 1):
            print(f"\rdraw {seed + 1}, {number} of {len(POPULATIONS)}", end="", file=sys.stderr)
            everything.append(tried(population, seed, rules))
    text = page_of(scores(everything, rules), len(everything))
    print(f"\n{text}")
    page = PAGE.read_text()
    head, rest = page.split(BEGIN)
    PAGE.write_text(head + BEGIN + "\n" + text + "\n" + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
