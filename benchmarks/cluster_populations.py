"""Planted populations: customers of known groups, or of none, to judge rules for the number of clusters by.

Every population is a row of `POPULATIONS`: a kind, a name, what draws it, and the half it belongs to. A rule
is chosen on the half `choosing` and must hold on the half `held_out`: other numbers of groups, other sizes
and other dimensions of the same kinds. The same seed draws the same customers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
import pandas as pd

OUTLIER = -1  # truth of those who belong to no group; they count for nothing


@dataclass(frozen=True)
class Drawn:
    """Customers with their features, the true group of each, and the features that are counts or amounts."""

    frame: pd.DataFrame
    truth: np.ndarray
    features: list[str]
    log_features: list[str]

    @property
    def has_groups(self) -> bool:
        return len(np.unique(self.truth[self.truth != OUTLIER])) > 1


@dataclass(frozen=True)
class Population:
    """A kind of population, and what draws one."""

    kind: str
    name: str
    draw: Callable[..., tuple[np.ndarray, np.ndarray] | tuple[np.ndarray, np.ndarray, list[int]]]
    options: dict = field(default_factory=dict)
    half: str = "choosing"

    def drawn(self, seed: int = 0) -> Drawn:
        random = np.random.default_rng([crc32(f"{self.kind}: {self.name}".encode()), seed])
        values, truth, *logs = self.draw(random, **self.options)
        order = random.permutation(len(values))
        values, truth = values[order], truth[order]
        features = [f"feature_{number}" for number in range(1, values.shape[1] + 1)]
        frame = pd.DataFrame(values, columns=features).assign(customer_id=np.arange(len(values)))
        log_features = [features[position] for position in (logs[0] if logs else [])]
        return Drawn(frame, truth, features, log_features)


def centers_apart(random: np.random.Generator, count: int, dimensions: int, apart: float) -> np.ndarray:
    """Centres whose nearest two are `apart`; of some draws the one whose centres are spread most evenly."""

    def nearest_and_mean(centers: np.ndarray) -> tuple[float, float]:
        distances = np.linalg.norm(centers[:, None] - centers, axis=2)[np.triu_indices(count, 1)]
        return float(distances.min()), float(distances.mean())

    draws = [random.normal(size=(count, dimensions)) for _ in range(30)]
    best = max(draws, key=lambda centers: np.divide(*nearest_and_mean(centers)))
    return best * apart / nearest_and_mean(best)[0]


def groups(
    random: np.random.Generator,
    *,
    shares: list[float],
    dimensions: int,
    apart: float,
    spreads: list[float] | float = 1.0,
    size: int = 1000,
    elongation: float = 1.0,
    tails: float | None = None,
    noise: int = 0,
    outliers: float = 0.0,
    common: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Round groups of the shares given, `apart` standard deviations from each other, then made worse.

    `elongation` stretches every group in a direction of its own, `tails` are degrees of freedom of Student's
    t, `noise` the number of features that say nothing, `outliers` the share of customers far from all,
    `common` the weight of a factor that moves all features together.
    """
    counts = np.round(np.array(shares) / sum(shares) * size).astype(int)
    truth = np.repeat(np.arange(len(counts)), counts)
    centers = centers_apart(random, len(counts), dimensions, apart)
    points = random.normal(size=(len(truth), dimensions))
    if tails is not None:
        points /= np.sqrt(random.chisquare(tails, (len(truth), 1)) / tails)
    for number in range(len(counts)):
        direction = random.normal(size=dimensions)
        direction /= np.linalg.norm(direction)
        own = truth == number
        points[own] += (elongation - 1) * np.outer(points[own] @ direction, direction)
    points *= np.broadcast_to(spreads, len(counts))[truth][:, None]
    points += centers[truth] + common * random.normal(size=(len(truth), 1))
    if noise:
        points = np.hstack([points, random.normal(size=(len(truth), noise))])
    stray = random.choice(len(truth), int(outliers * len(truth)), replace=False)
    points[stray] = random.uniform(-1, 1, (len(stray), points.shape[1])) * 3 * np.abs(points).max(axis=0)
    truth[stray] = OUTLIER
    return points, truth


def nested(
    random: np.random.Generator, *, parts: list[int], dimensions: int, apart: float, between: float
) -> tuple[np.ndarray, np.ndarray]:
    """Families of groups: inside a family groups are `apart`, families `between`; groups are the truth."""
    families = centers_apart(random, len(parts), dimensions, between)
    centers = np.vstack(
        [
            family + centers_apart(random, count, dimensions, apart) if count > 1 else family[None]
            for family, count in zip(families, parts, strict=True)
        ]
    )
    truth = np.repeat(np.arange(len(centers)), 1000 // len(centers))
    return centers[truth] + random.normal(size=(len(truth), dimensions)), truth


def customers(
    random: np.random.Generator, *, shares: list[float], spread: float = 0.5, alike: int = 3, size: int = 1200
) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Types of customers by habits: two ratios, three counts and an amount, skewed as such habits are."""
    types = len(shares)
    truth = random.choice(types, size, p=np.array(shares) / sum(shares))
    while True:
        chances = random.choice([0.08, 0.45, 0.85], (types, 2))
        levels = random.choice([0, 1, 2], (types, 4))
        differ = (chances[:, None] != chances).sum(axis=2) + (levels[:, None] != levels).sum(axis=2)
        if differ[np.triu_indices(types, 1)].min(initial=9) >= alike:
            break
    orders = 3 + random.poisson(np.exp(random.normal(1.8, 0.5, size)))
    ratios = [
        random.binomial(orders, random.beta(8 * chance, 8 * (1 - chance))) / orders
        for chance in chances[truth].T
    ]
    typical = np.array([3.0, 5.0, 2.0, 40.0]) * np.exp(1.3 * levels[truth])
    typical *= np.exp(random.normal(0, spread, typical.shape))
    counts = [random.poisson(column) for column in typical[:, :3].T]
    return np.column_stack([*ratios, *counts, typical[:, 3]]), truth, [2, 3, 4, 5]


def ladder(
    random: np.random.Generator, *, shares: list[float], step: float, spread: float = 0.5, size: int = 1200
) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Types of customers on a ladder of activity: their amounts rise together, habits differ on a rung."""
    types = len(shares)
    truth = random.choice(types, size, p=np.array(shares) / sum(shares))
    rungs = random.choice([0, 0, 1, 1, 2], types, replace=types > 5)
    chances = random.choice([0.1, 0.45, 0.85], (types, 2))
    levels = step * rungs[:, None] + random.normal(0, 0.6, (types, 4))
    orders = 3 + random.poisson(np.exp(random.normal(1.8, 0.5, size)))
    ratios = [
        random.binomial(orders, random.beta(5 * chance, 5 * (1 - chance))) / orders
        for chance in chances[truth].T
    ]
    own = random.normal(0, spread, (size, 4)) + random.normal(0, 0.7 * spread, (size, 1))
    typical = np.array([6.0, 10.0, 3.0, 60.0]) * np.exp(levels[truth] + own)
    counts = [random.poisson(column) for column in typical[:, :3].T]
    return np.column_stack([*ratios, *counts, typical[:, 3]]), truth, [2, 3, 4, 5]


def skewed(
    random: np.random.Generator,
    *,
    shares: list[float],
    dimensions: int,
    apart: float,
    skew: float,
    named: bool,
) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Groups of amounts, lognormal; `named`: the features are said to be amounts."""
    points, truth = groups(random, shares=shares, dimensions=dimensions, apart=apart)
    values = np.exp(skew * points) * 50
    return values, truth, list(range(dimensions)) if named else []


def cloud(
    random: np.random.Generator,
    *,
    dimensions: int,
    shape: str = "round",
    common: float = 0.0,
    named: bool = False,
    size: int = 1000,
) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """One population without groups."""
    points = random.normal(size=(size, dimensions)) + common * random.normal(size=(size, 1))
    if shape == "box":
        points = random.uniform(size=(size, dimensions)) + common * random.uniform(size=(size, 1))
    elif shape == "tails":
        points /= np.sqrt(random.chisquare(3, (size, 1)) / 3)
    elif shape == "skewed":
        points = np.exp(0.8 * points)
    return points, np.zeros(size, dtype=int), list(range(dimensions)) if named else []


def _pairs(kind: str, draw: Callable, *cases: tuple[str, dict]) -> list[Population]:
    """Populations of a kind, by turns for choosing and held out."""
    halves = ("choosing", "held_out")
    return [
        Population(kind, name, draw, options, halves[number % 2])
        for number, (name, options) in enumerate(cases)
    ]


def _shares(*shares: float, **options: object) -> dict:
    return {"shares": list(shares), **options}


POPULATIONS: list[Population] = [
    *_pairs(
        "equal",
        groups,
        ("three", _shares(1, 1, 1, dimensions=3, apart=6)),
        ("four", _shares(1, 1, 1, 1, dimensions=5, apart=6)),
        ("six", _shares(1, 1, 1, 1, 1, 1, dimensions=6, apart=6)),
        ("eight", _shares(*[1] * 8, dimensions=8, apart=6)),
    ),
    *_pairs(
        "uneven",
        groups,
        ("five, .40 to .08", _shares(0.40, 0.25, 0.15, 0.12, 0.08, dimensions=5, apart=5)),
        ("four, .55 to .05", _shares(0.55, 0.30, 0.10, 0.05, dimensions=4, apart=5)),
        ("seven, .30 to .04", _shares(0.30, 0.22, 0.16, 0.12, 0.09, 0.07, 0.04, dimensions=7, apart=5)),
        ("six, .50 to .05", _shares(0.50, 0.18, 0.12, 0.09, 0.06, 0.05, dimensions=8, apart=5)),
    ),
    *_pairs(
        "overlapping",
        groups,
        ("five", _shares(1, 1, 1, 1, 1, dimensions=5, apart=3.5)),
        ("four", _shares(1, 1, 1, 1, dimensions=4, apart=3.3)),
        ("five uneven", _shares(0.35, 0.25, 0.2, 0.12, 0.08, dimensions=8, apart=3.8)),
        ("six uneven", _shares(0.3, 0.2, 0.2, 0.12, 0.1, 0.08, dimensions=7, apart=3.8)),
        ("five, more", _shares(1, 1, 1, 1, 1, dimensions=6, apart=3)),
        ("three uneven, more", _shares(0.5, 0.3, 0.2, dimensions=4, apart=3)),
    ),
    *_pairs(
        "noise features",
        groups,
        ("four, 4 of 8", _shares(1, 1, 1, 1, dimensions=4, apart=6, noise=4)),
        ("five, 5 of 9", _shares(1, 1, 1, 1, 1, dimensions=5, apart=7, noise=4)),
        ("five uneven, 5 of 8", _shares(0.35, 0.25, 0.2, 0.12, 0.08, dimensions=5, apart=7, noise=3)),
        ("three uneven, 3 of 9", _shares(0.5, 0.3, 0.2, dimensions=3, apart=6, noise=6)),
    ),
    *_pairs(
        "outliers",
        groups,
        ("four, 2 %", _shares(1, 1, 1, 1, dimensions=4, apart=6, outliers=0.02)),
        ("five, 1 %", _shares(1, 1, 1, 1, 1, dimensions=5, apart=6, outliers=0.01)),
        ("six uneven, 1 %", _shares(0.3, 0.2, 0.2, 0.12, 0.1, 0.08, dimensions=6, apart=6, outliers=0.01)),
        ("three uneven, 3 %", _shares(0.6, 0.25, 0.15, dimensions=5, apart=6, outliers=0.03)),
    ),
    *_pairs(
        "elongated",
        groups,
        ("four", _shares(1, 1, 1, 1, dimensions=4, apart=7, elongation=2.5)),
        ("three", _shares(1, 1, 1, dimensions=3, apart=8, elongation=3)),
        ("six", _shares(1, 1, 1, 1, 1, 1, dimensions=6, apart=7, elongation=2)),
        ("five uneven", _shares(0.4, 0.25, 0.15, 0.12, 0.08, dimensions=6, apart=7, elongation=2.5)),
    ),
    *_pairs(
        "nested",
        nested,
        ("3 and 3", {"parts": [3, 3], "dimensions": 4, "apart": 5, "between": 16}),
        ("3 and 2", {"parts": [3, 2], "dimensions": 5, "apart": 5, "between": 14}),
        ("2, 2 and 1", {"parts": [2, 2, 1], "dimensions": 5, "apart": 5, "between": 13}),
        ("2, 2 and 3", {"parts": [2, 2, 3], "dimensions": 6, "apart": 5, "between": 13}),
    ),
    *_pairs(
        "correlated",
        groups,
        ("four", _shares(1, 1, 1, 1, dimensions=5, apart=6, common=1.5)),
        ("five uneven", _shares(0.4, 0.25, 0.15, 0.12, 0.08, dimensions=6, apart=6, common=1.5)),
        ("three uneven", _shares(0.5, 0.3, 0.2, dimensions=6, apart=5, common=2)),
        ("six", _shares(1, 1, 1, 1, 1, 1, dimensions=8, apart=6, common=1.5)),
        ("five, a little", _shares(1, 1, 1, 1, 1, dimensions=5, apart=6, common=0.7)),
        ("four uneven, a little", _shares(0.4, 0.3, 0.2, 0.1, dimensions=6, apart=6, common=0.7)),
    ),
    *_pairs(
        "heavy tails",
        groups,
        ("four, t with 3", _shares(1, 1, 1, 1, dimensions=4, apart=7, tails=3)),
        ("five, t with 4", _shares(1, 1, 1, 1, 1, dimensions=5, apart=7, tails=4)),
        ("five uneven, t with 3", _shares(0.4, 0.25, 0.15, 0.12, 0.08, dimensions=6, apart=8, tails=3)),
        ("two uneven, t with 3", _shares(0.7, 0.3, dimensions=5, apart=7, tails=3)),
    ),
    *_pairs(
        "skewed",
        skewed,
        ("five, said to be amounts", _shares(*[1] * 5, dimensions=6, apart=5, skew=0.5, named=True)),
        ("three, not said", _shares(1, 1, 1, dimensions=4, apart=5, skew=0.25, named=False)),
        ("four uneven, not said", _shares(0.4, 0.3, 0.2, 0.1, dimensions=5, apart=6, skew=0.2, named=False)),
        (
            "six uneven, said",
            _shares(0.3, 0.2, 0.2, 0.1, 0.1, 0.1, dimensions=7, apart=5, skew=0.6, named=True),
        ),
    ),
    *_pairs(
        "different densities",
        groups,
        ("three", _shares(1, 1, 1, dimensions=4, apart=7, spreads=[0.4, 1, 2])),
        ("four", _shares(1, 1, 1, 1, dimensions=5, apart=7, spreads=[0.5, 1, 1.5, 2])),
        (
            "five uneven",
            _shares(0.4, 0.25, 0.15, 0.12, 0.08, dimensions=6, apart=7, spreads=[2, 1, 1, 0.5, 0.5]),
        ),
        ("two", _shares(0.6, 0.4, dimensions=3, apart=7, spreads=[1.8, 0.5])),
    ),
    *_pairs(
        "customers",
        customers,
        ("five uneven types", _shares(0.4, 0.25, 0.15, 0.1, 0.1)),
        ("five types", _shares(1, 1, 1, 1, 1)),
        ("four types", _shares(1, 1, 1, 1)),
        ("six uneven types", _shares(0.3, 0.2, 0.2, 0.1, 0.1, 0.1)),
        ("seven types, wide", _shares(*[1] * 7, spread=0.7)),
        ("three uneven types", _shares(0.6, 0.25, 0.15)),
    ),
    *_pairs(
        "overlapping customers",
        customers,
        ("five uneven types", _shares(0.4, 0.25, 0.15, 0.1, 0.1, spread=0.9, alike=2)),
        ("five types", _shares(1, 1, 1, 1, 1, spread=0.9, alike=2)),
        ("four types", _shares(1, 1, 1, 1, spread=1.1, alike=3)),
        ("six uneven types", _shares(0.3, 0.2, 0.2, 0.1, 0.1, 0.1, spread=0.8, alike=2)),
        ("six types", _shares(1, 1, 1, 1, 1, 1, spread=1.0, alike=3)),
        ("five uneven types, more", _shares(0.4, 0.25, 0.15, 0.1, 0.1, spread=1.1, alike=3)),
    ),
    *_pairs(
        "ladder of activity",
        ladder,
        ("five uneven types", _shares(0.35, 0.25, 0.2, 0.12, 0.08, step=1.4)),
        ("five types", _shares(1, 1, 1, 1, 1, step=1.4)),
        ("six types", _shares(1, 1, 1, 1, 1, 1, step=1.6)),
        ("four uneven types", _shares(0.4, 0.3, 0.2, 0.1, step=1.5)),
        ("five types, small steps", _shares(1, 1, 1, 1, 1, step=1)),
        ("seven types", _shares(*[1] * 7, step=1.6, spread=0.4)),
    ),
    *_pairs(
        "none",
        cloud,
        ("round, 3 features", {"dimensions": 3}),
        ("round, 8 features", {"dimensions": 8}),
        ("box, 4 features", {"dimensions": 4, "shape": "box"}),
        ("box, 2 features", {"dimensions": 2, "shape": "box"}),
        ("skewed, not said", {"dimensions": 5, "shape": "skewed"}),
        ("skewed, 3 features, not said", {"dimensions": 3, "shape": "skewed"}),
        ("one factor", {"dimensions": 6, "common": 1.5}),
        ("one strong factor", {"dimensions": 5, "common": 3}),
        ("heavy tails", {"dimensions": 5, "shape": "tails"}),
        ("box with a factor", {"dimensions": 4, "shape": "box", "common": 1.5}),
        ("one skewed factor, not said", {"dimensions": 5, "shape": "skewed", "common": 1}),
        ("skewed, said to be amounts", {"dimensions": 6, "shape": "skewed", "named": True}),
    ),
    Population("none", "one type of customers", customers, _shares(1.0), "choosing"),
    Population("none", "one wide type of customers", customers, _shares(1.0, spread=0.8), "held_out"),
]
