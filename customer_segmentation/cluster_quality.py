"""How well a clustering divides its points: silhouette, gap, stability; and the k-means they rest on."""

from __future__ import annotations

import warnings

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

STABLE_JACCARD, VALID_JACCARD, DOUBTFUL_JACCARD = 0.85, 0.75, 0.60
GAP_REFERENCES = 5
GAP_STARTS, BOOTSTRAP_STARTS = 3, 5


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
    return float(np.where(own_size > 1, of_each, 0.0).mean())


def gap_references(random: np.random.Generator, points: np.ndarray) -> list[np.ndarray]:
    """Uniform points in the box along the principal axes: data of the same extent without clusters."""
    center = points.mean(axis=0)
    axes = np.linalg.svd(points - center, full_matrices=False)[2]
    turned = (points - center) @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    return [random.uniform(low, high, turned.shape) @ axes + center for _ in range(GAP_REFERENCES)]


def gap(points: np.ndarray, references: list[np.ndarray], k: int, random_state: int) -> tuple[float, float]:
    """Expected log dispersion without clusters minus that of the points, and its standard error."""

    def log_dispersion(values: np.ndarray) -> float:
        inertia = k_means(values, k, GAP_STARTS, random_state)[2]
        return float(np.log(max(inertia, np.finfo(float).tiny)))

    expected = [log_dispersion(reference) for reference in references]
    error = float(np.std(expected) * np.sqrt(1 + 1 / len(references)))
    return float(np.mean(expected)) - log_dispersion(points), error


def bootstrap_jaccard(
    points: np.ndarray, labels: np.ndarray, k: int, resamples: list[np.ndarray], random_state: int
) -> np.ndarray:
    """Mean over resamples of each cluster's best Jaccard similarity, shape (k,); NaN without resamples."""
    similarities = np.full((len(resamples), k), np.nan)
    member = np.eye(k)[labels]
    for index, resample in enumerate(resamples):
        centers, _, _ = k_means(points[resample], k, BOOTSTRAP_STARTS, random_state + index + 1)
        found = np.eye(k)[cdist(points, centers).argmin(axis=1)]
        both = member.T @ found
        either = member.sum(axis=0)[:, None] + found.sum(axis=0) - both
        similarities[index] = (both / np.maximum(either, 1)).max(axis=1)
    return similarities.mean(axis=0) if len(resamples) else np.full(k, np.nan)


def stability_status(jaccard: float) -> str:
    """`stable` from 0.85, `valid` from 0.75, `doubtful` from 0.60, below (or unknown) `not_trusted`."""
    if jaccard >= STABLE_JACCARD:
        return "stable"
    if jaccard >= VALID_JACCARD:
        return "valid"
    return "doubtful" if jaccard >= DOUBTFUL_JACCARD else "not_trusted"
