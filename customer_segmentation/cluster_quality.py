"""How well a clustering divides its points: silhouette, gap, valleys, stability, and the k-means they need.

The clusters themselves come from scikit-learn. Gap and stability need thousands of further fits, of which
only the outcome counts: `quick_k_means` makes those. Each must begin from scratch: begun from the centres
that are to be judged, a resample keeps them, and a cloud without any cluster looks stable (measured: a
Jaccard similarity of 0.86 instead of 0.68).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

DOUBTFUL_JACCARD = 0.60  # Hennig 2007: below it nothing was found
GAP_REFERENCES = 5
VALLEY_WIDTH = 0.2  # of half the way between two centres: what counts as at a place on the way
LARGEST_VALLEY = 10.0  # a hollow cluster has next to nobody around its centre: no ratio beyond this
GAP_STARTS, BOOTSTRAP_STARTS = 2, 5
SEED_CANDIDATES = 4
FIRST_STEPS, LAST_STEPS = 2, 30
STILL = 500  # one point in so many may still move


def k_means(
    points: np.ndarray, k: int, starts: int, random_state: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """Centers, labels and the sum of squared distances to the own center."""
    with warnings.catch_warnings():
        # A resample may hold fewer distinct points than clusters: some centroids are then equal.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = KMeans(n_clusters=k, n_init=starts, random_state=random_state).fit(points)
    return model.cluster_centers_, model.labels_, float(model.inertia_)


def silhouette(distances: np.ndarray, labels: np.ndarray) -> float:
    """Mean silhouette from all distances; 0 for a point alone in its cluster."""
    found, labels = np.unique(labels, return_inverse=True)
    if len(found) < 2:
        return float("nan")
    member = np.eye(len(found))[labels]
    sizes = member.sum(axis=0)
    sums = distances @ member
    rows = np.arange(len(labels))
    own_size = sizes[labels]
    inside = sums[rows, labels] / np.maximum(own_size - 1, 1)
    means = sums / sizes
    means[rows, labels] = np.inf
    outside = means.min(axis=1)
    larger = np.maximum(inside, outside)
    of_each = (outside - inside) / np.where(larger > 0, larger, 1.0)
    # products of matrices are added up in an order of their own: twelve digits are the same in every run
    return round(float(np.where(own_size > 1, of_each, 0.0).mean()), 12)


def valleys(points: np.ndarray, centers: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Per cluster how full it is half way to the cluster it is least apart from, shape (k,), 0 to 10.

    The points of two clusters are laid on the line through both centres. The ratio is their density half way
    over the smaller one of those at the centres: near 0 between clusters that stand apart, 1 in a box that
    was cut in two, 1.4 in a round cloud. It asks for no shape: stretched or skewed, one cloud has no valley
    where it was cut.
    """
    count = len(centers)
    ratios = np.zeros((count, count))
    nearness = points @ centers.T
    lengths = np.einsum("ij,ij->i", centers, centers)
    members = [labels == number for number in range(count)]
    for one in range(count):
        for other in range(one + 1, count):
            half = (lengths[one] + lengths[other]) / 2 - centers[one] @ centers[other]
            both = nearness[members[one] | members[other]]
            # places on the line: the centres are at -1 and 1
            places = (both[:, other] - both[:, one] - (lengths[other] - lengths[one]) / 2) / max(half, 1e-12)
            between, at_one, at_other = (
                np.exp(-(((places - place) / VALLEY_WIDTH) ** 2) / 2).sum() for place in (0, -1, 1)
            )
            ratio = between / max(min(at_one, at_other), np.finfo(float).tiny)
            ratios[one, other] = ratios[other, one] = min(ratio, LARGEST_VALLEY)
    return ratios.max(axis=1)


def gap_references(random: np.random.Generator, points: np.ndarray) -> list[np.ndarray]:
    """Uniform points in the box along the principal axes: data of the same extent without clusters."""
    center = points.mean(axis=0)
    axes = np.linalg.svd(points - center, full_matrices=False)[2]
    turned = (points - center) @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    return [random.uniform(low, high, turned.shape) @ axes + center for _ in range(GAP_REFERENCES)]


def gaps(
    points: np.ndarray, references: Sequence[np.ndarray], ks: Sequence[int], random: np.random.Generator
) -> tuple[dict[int, float], dict[int, float]]:
    """By k the expected log dispersion without clusters minus that of the points, and its standard error."""

    def log_dispersions(values: np.ndarray) -> list[float]:
        weights = np.ones(len(values))
        starts = [starting_centers(values, weights, max(ks), random) for _ in range(GAP_STARTS)]
        dispersions = [quick_k_means(values, weights, starts, k)[1] for k in ks]
        return np.log(np.maximum(dispersions, np.finfo(float).tiny)).tolist()

    expected = np.array([log_dispersions(reference) for reference in references])
    difference = expected.mean(axis=0) - log_dispersions(points)
    error = expected.std(axis=0) * np.sqrt(1 + 1 / len(references))
    return dict(zip(ks, difference.tolist(), strict=True)), dict(zip(ks, error.tolist(), strict=True))


def bootstrap_jaccard(
    points: np.ndarray,
    labels: Mapping[int, np.ndarray],
    resamples: Sequence[np.ndarray],
    random: np.random.Generator,
) -> dict[int, np.ndarray]:
    """For each k the mean over resamples of each cluster's best Jaccard similarity, shape (k,).

    `labels` are those of the points by k; a resample holds positions of points, drawn with replacement.
    """
    members = {k: np.eye(k)[of_k] for k, of_k in labels.items()}
    similarities: dict[int, list[np.ndarray]] = {k: [] for k in labels}
    for resample in resamples:
        drawn, counts = np.unique(resample, return_counts=True)
        weights = counts.astype("float64")
        starts = [
            starting_centers(points[drawn], weights, max(labels), random) for _ in range(BOOTSTRAP_STARTS)
        ]
        for k, member in members.items():
            centers, _ = quick_k_means(points[drawn], weights, starts, k)
            found = np.eye(k)[cdist(points, centers).argmin(axis=1)]
            both = member.T @ found
            either = member.sum(axis=0)[:, None] + found.sum(axis=0) - both
            similarities[k].append((both / np.maximum(either, 1)).max(axis=1))
    return {k: np.mean(of_k, axis=0) for k, of_k in similarities.items()}


def starting_centers(
    points: np.ndarray, weights: np.ndarray, k: int, random: np.random.Generator
) -> np.ndarray:
    """k points far apart (greedy k-means++), shape (k, features).

    The first j of them are a start for j clusters too, so that one draw serves every number of clusters.
    """

    def drawn(chances: np.ndarray, count: int) -> np.ndarray:
        heights = np.cumsum(chances)
        return np.minimum(np.searchsorted(heights, random.random(count) * heights[-1]), len(points) - 1)

    chosen = drawn(weights, 1)
    nearest = cdist(points, points[chosen], "sqeuclidean")[:, 0]
    for _ in range(k - 1):
        candidates = drawn(weights * nearest, SEED_CANDIDATES)
        closer = np.minimum(nearest[:, None], cdist(points, points[candidates], "sqeuclidean"))
        best = (weights @ closer).argmin()
        chosen, nearest = np.append(chosen, candidates[best]), closer[:, best]
    return points[chosen]


def quick_k_means(
    points: np.ndarray, weights: np.ndarray, starts: Sequence[np.ndarray], k: int
) -> tuple[np.ndarray, float]:
    """Centers and the weighted sum of squared distances: a few steps from every start, then on from the best.

    It ends when hardly a point changes its cluster any more.
    """
    across = np.ascontiguousarray(points.T)
    weighted = weights[:, None] * points
    total = float((weighted * points).sum())
    numbers = np.arange(k)[:, None]

    def moved(centers: np.ndarray, steps: int) -> tuple[np.ndarray, float]:
        labels, sizes = None, np.zeros(k)
        for _ in range(steps):
            # the nearest center has the largest of these: distances without the part that is the same for all
            nearness = centers @ across - np.einsum("ij,ij->i", centers, centers)[:, None] / 2
            before, labels = labels, nearness.argmax(axis=0)
            if before is not None and np.count_nonzero(labels != before) * STILL <= len(labels):
                break
            member = (labels == numbers).astype("float64")
            sizes = member @ weights
            means = (member @ weighted) / np.maximum(sizes, 1)[:, None]
            centers = np.where((sizes > 0)[:, None], means, centers)
        return centers, total - float(sizes @ np.einsum("ij,ij->i", centers, centers))

    begun = [moved(start[:k], FIRST_STEPS) for start in starts]
    return moved(min(begun, key=lambda found: found[1])[0], LAST_STEPS)


def stability_status(jaccard: float, *, stable_jaccard: float, valid_jaccard: float) -> str:
    """`stable` and `valid` from the bounds given, `doubtful` from 0.60, below (or unknown) `not_trusted`."""
    if jaccard >= stable_jaccard:
        return "stable"
    if jaccard >= valid_jaccard:
        return "valid"
    return "doubtful" if jaccard >= DOUBTFUL_JACCARD else "not_trusted"
