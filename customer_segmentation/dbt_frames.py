"""The one place where the relations that dbt hands to a Python model become pandas frames."""

from __future__ import annotations

from typing import Any

import pandas as pd


def to_pandas(relation: Any) -> pd.DataFrame:
    """All rows of a relation that dbt handed to a Python model (DuckDB relation or Spark frame)."""
    return relation.df() if hasattr(relation, "df") else relation.toPandas()


def settings_of(relation: Any, topic: str) -> dict[str, float]:
    """The numbers of a topic of the seed `settings`, by the name of the setting."""
    rows = to_pandas(relation)
    of_topic = rows.loc[rows["topic"] == topic]
    return dict(zip(of_topic["setting"], of_topic["setting_value"], strict=True))
