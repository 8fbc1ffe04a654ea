"""The results of a benchmark as text: a table of ratios for the screen, and RESULTS.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

OURS, OURS_DBT = "customer_segmentation", "customer_segmentation with dbt"
WORK_WORDS = {
    "fit": "Fit BG/NBD and Gamma-Gamma from the summary of each customer",
    "chain": "Orders to summary, fit, and a score for every customer",
}
COLUMNS = (
    "package",
    "work s: min",
    "median",
    "process s: min",
    "CPU s: min",
    "peak MiB",
    "time ratio",
    "memory ratio",
)

INTRODUCTION = Path(__file__).resolve().parent / "introduction.md"


def rows_of(found: Mapping[str, Any], customers: int, work: str) -> list[list[str]]:
    """One row of the table per package, ours first."""
    of_work = [r for r in found["results"] if r["customers"] == customers and r["work"] == work]
    ours = next((r for r in of_work if r["package"] == OURS), None)
    rows = []
    for result in of_work:
        best, peak = shortest(result, "work_seconds"), median(run["peak_mib"] for run in result["runs"])
        ratios = ["", ""]
        if ours is not None and result is not ours:
            our_peak = median(run["peak_mib"] for run in ours["runs"])
            ratios = [f"{best / shortest(ours, 'work_seconds'):.1f}", f"{peak / our_peak:.1f}"]
        rows.append(
            [
                result["package"],
                f"{best:.2f}",
                f"{median(run['work_seconds'] for run in result['runs']):.2f}",
                f"{shortest(result, 'seconds'):.2f}",
                f"{shortest(result, 'cpu_seconds'):.2f}",
                f"{peak:.0f}",
                *ratios,
            ]
        )
    return rows


def shortest(result: Mapping[str, Any], name: str) -> float:
    return min(run[name] for run in result["runs"])


def sizes_of(found: Mapping[str, Any]) -> list[int]:
    return sorted({result["customers"] for result in found["results"]})


def table(found: Mapping[str, Any]) -> str:
    """All measurements for the screen."""
    blocks = []
    for customers in sizes_of(found):
        for work, words in WORK_WORDS.items():
            lines = [list(COLUMNS), *rows_of(found, customers, work)]
            widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS))]
            text = "\n".join(
                "  ".join(
                    cell.ljust(width) if i == 0 else cell.rjust(width)
                    for i, (cell, width) in enumerate(zip(line, widths, strict=True))
                )
                for line in lines
            )
            blocks.append(f"{customers:,} customers. {words}\n{text}")
    return "\n\n".join(blocks)


def markdown(found: Mapping[str, Any]) -> str:
    """RESULTS.md."""
    parts = [INTRODUCTION.read_text().format(measured_at=found["measured_at"], **found["machine"])]
    for customers in sizes_of(found):
        parts.append(f"## {customers:,} customers\n")
        for work, words in WORK_WORDS.items():
            parts.append(f"{words}:\n\n{grid(COLUMNS, rows_of(found, customers, work))}")
        parts.append(
            f"Where the time goes in the chain (seconds, shortest run):\n\n{phases(found, customers)}"
        )
        parts.append(f"Parameters:\n\n{parameters(found, customers)}")
        parts.append(
            "Scores beside those of customer_segmentation (level: ratio of means; 99 %: relative difference "
            f"that 99 % of customers stay below; rank: rank correlation)."
            f"{scoring_models(found, customers)}\n\n{agreement(found, customers)}"
        )
    parts.append(f"## Versions\n\n{versions(found)}")
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def grid(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] + ["---:"] * (len(columns) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def phases(found: Mapping[str, Any], customers: int) -> str:
    rows = []
    for result in found["results"]:
        if result["customers"] == customers and result["work"] == "chain":
            run = min(result["runs"], key=lambda run: run["work_seconds"])
            spent = run["report"]["phases"]
            rows.append(
                [result["package"], ", ".join(f"{name} {seconds:.2f}" for name, seconds in spent.items())]
            )
    return grid(("package", "phases"), rows).replace("| ---: |", "| --- |")


def parameters(found: Mapping[str, Any], customers: int) -> str:
    names = ("r", "alpha", "a", "b", "p", "q", "gamma")
    rows = []
    for result in found["results"]:
        if result["customers"] == customers and result["work"] == "fit":
            values = result["runs"][0]["report"]["parameters"]
            rows.append([result["package"], *(f"{values[name]:.5f}" for name in names)])
    return grid(("package", *names), rows)


def scoring_models(found: Mapping[str, Any], customers: int) -> str:
    """Which model the way through dbt chose on held-out time, where it was measured."""
    chosen = {
        run["report"]["model"]
        for result in found["results"]
        if result["customers"] == customers and result["package"] == OURS_DBT and "runs" in result
        for run in result["runs"]
    }
    return (
        f" With dbt the scores are those of the model chosen on held-out time: {', '.join(sorted(chosen))}."
        if chosen
        else ""
    )


def agreement(found: Mapping[str, Any], customers: int) -> str:
    rows = []
    for result in found["results"]:
        if result["customers"] == customers and result["work"] == "agreement":
            for measure, values in result["measures"].items():
                rows.append(
                    [
                        f"{result['package']}: {measure}",
                        f"{values['customers']:,}",
                        f"{values['level_ratio']:.4f}",
                        f"{values['difference_of_99_percent']:.2%}",
                        f"{values['rank_correlation']:.5f}",
                    ]
                )
    return grid(("package and score", "customers", "level", "99 %", "rank"), rows)


def versions(found: Mapping[str, Any]) -> str:
    seen = {}
    for result in found["results"]:
        if result["work"] == "fit":
            seen[result["package"]] = result["runs"][0]["report"]["versions"]
    return "\n".join(
        f"- {package}: " + ", ".join(f"{name} {version}" for name, version in found_versions.items())
        for package, found_versions in seen.items()
    )
