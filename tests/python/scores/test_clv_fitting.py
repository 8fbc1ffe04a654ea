"""The maximum likelihood driver and the frames of results."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from customer_segmentation.clv import bg_nbd, gamma_gamma
from customer_segmentation.clv.fitting import (
    LOG_UPPER,
    FitResult,
    fit_frame,
    maximise,
    parameter_frame,
    parameters_from_frame,
)


def bowl(point: np.ndarray, *, top: np.ndarray, curvature: np.ndarray) -> tuple[float, np.ndarray]:
    return -0.5 * float(curvature @ (point - top) ** 2), -curvature * (point - top)


def test_maximise_finds_the_top_and_its_standard_errors() -> None:
    top, curvature = np.array([1.0, -2.0]), np.array([400.0, 25.0])
    optimum = maximise(
        lambda point: bowl(point, top=top, curvature=curvature), starts=[(0, 0), (3, 3)], weight=100
    )
    assert optimum.is_converged
    assert optimum.log_parameters == pytest.approx(top, abs=1e-8)
    assert optimum.log_standard_errors == pytest.approx(1 / np.sqrt(curvature), rel=1e-6)
    assert not optimum.is_at_bound.any()


def test_maximise_stays_inside_the_bounds_and_says_so() -> None:
    optimum = maximise(
        lambda point: (float(point[0] - (point[1] - 1) ** 2), np.array([1.0, -2 * (point[1] - 1)])),
        starts=[(0, 0)],
        weight=1,
    )
    assert optimum.log_parameters == pytest.approx([LOG_UPPER, 1.0])
    assert optimum.is_at_bound.tolist() == [True, False]
    assert np.isnan(optimum.log_standard_errors).tolist() == [True, False]
    assert optimum.is_converged


def test_maximise_gives_no_errors_on_a_ridge() -> None:
    optimum = maximise(
        lambda point: (
            -float((point[0] - point[1]) ** 2),
            -2 * (point[0] - point[1]) * np.array([1.0, -1.0]),
        ),
        starts=[(1, 0)],
        weight=1,
    )
    assert np.isnan(optimum.log_standard_errors).all()


def test_maximise_takes_the_best_of_its_starts() -> None:
    def two_tops(point: np.ndarray) -> tuple[float, np.ndarray]:
        value = point[0]
        return float(-((value**2 - 4) ** 2) + value), np.array([-4 * value * (value**2 - 4) + 1])

    best = maximise(two_tops, starts=[(-2.0,), (2.0,)], weight=1)
    assert best.log_parameters[0] > 0
    assert maximise(two_tops, starts=[(-2.0,)], weight=1).log_likelihood < best.log_likelihood


def test_frames_hold_every_model_and_give_the_parameters_back(cdnow: pd.DataFrame) -> None:
    results = [bg_nbd.fit(cdnow), gamma_gamma.fit(cdnow)]
    parameters, fits = parameter_frame(results), fit_frame(results)
    assert parameters.columns.tolist() == ["model", "parameter", "value", "standard_error"]
    assert parameters["model"].tolist() == ["bg_nbd"] * 4 + ["gamma_gamma"] * 3
    assert parameters_from_frame(parameters, model="gamma_gamma") == results[1].parameters
    assert fits.to_dict("records")[0] == {
        "model": "bg_nbd",
        "status": "ok",
        "log_likelihood": results[0].log_likelihood,
        "customers_count": 2357,
        "repeat_customers_count": 946,
    }


def test_frames_of_nothing_have_the_same_columns_and_types() -> None:
    result = FitResult("bg_nbd", "ok", {"r": 1.0}, {"r": 0.1}, -1.0, 1, 1)
    for frame in (parameter_frame, fit_frame):
        assert frame([]).dtypes.astype(str).to_dict() == frame([result]).dtypes.astype(str).to_dict()
    with pytest.raises(ValueError, match="model: no parameters of bg_nbd"):
        parameters_from_frame(parameter_frame([]), model="bg_nbd")
    with pytest.raises(ValueError, match="parameter: repeated"):
        parameters_from_frame(parameter_frame([result, result]), model="bg_nbd")
