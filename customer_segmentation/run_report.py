"""What a refresh did as one JSON object, for whoever calls it from a program."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from customer_segmentation.errors import SegmentationError, told

if TYPE_CHECKING:
    from customer_segmentation.refresh import RefreshReport


def report_as_json(report: RefreshReport) -> str:
    """A run that was published: its counts, rejections and notices, and which schemes say anything."""
    usage = report.scheme_usage
    return _line(
        {
            "status": "published",
            "exit_code": 0,
            "message": "",
            "messages": [],
            "run_id": report.run_id,
            "as_of_date": report.as_of_date.isoformat(),
            "published_file": str(report.published_file),
            "tables": [asdict(counts) for counts in report.counts],
            "rejections": [asdict(rejection) for rejection in report.rejections],
            "notices": report.notices,
            "schemes_in_use": list(usage.in_use) if usage else [],
            "schemes_not_in_use": {scheme: why for why, scheme in usage.unused} if usage else {},
        }
    )


def error_as_json(error: Exception) -> str:
    """A run that was not published: how it ended, the exit code and the sentences that stderr has too.

    `message` is all of it in one line, `messages` each mistake by itself, however many there are.
    """
    exit_code = error.exit_code if isinstance(error, SegmentationError) else SegmentationError.exit_code
    sentences = error.sentences if isinstance(error, SegmentationError) else [str(error)]
    return _line(
        {
            "status": "refused" if exit_code == 1 else "failed",
            "exit_code": exit_code,
            "message": _shown(str(error)),
            "messages": [_shown(sentence) for sentence in sentences],
        }
    )


def _shown(text: str) -> str:
    return told(" ".join(text.split()))


def _line(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)
