"""Where the dbt project stands, and its version."""

import csv
from importlib import metadata
from pathlib import Path

from customer_segmentation.errors import WrongCall


def project_folder() -> Path:
    """The folder of `dbt_project.yml`: the parent of this package.

    Raises `WrongCall` where the package was installed without the project around it.
    """
    folder = Path(__file__).resolve().parent.parent
    if not (folder / "dbt_project.yml").is_file():
        raise WrongCall(
            f"There is no dbt_project.yml in {folder}; install the package from a copy of the project "
            "with `pip install --editable .`."
        )
    return folder


def project_version() -> str:
    """Version of the installed package, for example `0.1.0`."""
    return metadata.version("customer-segmentation")


def settings_seed(project: Path) -> Path | None:
    """The seed `settings` in the folder `project`; none where the project has no such seed."""
    return next(iter(sorted((project / "seeds").glob("**/settings.csv"))), None)


def ratio_of_seed(project: Path, topic: str, setting: str) -> float | None:
    """A setting that is a share, read from the seed; none where the project has no such seed or row.

    Raises `WrongCall` for a value that is no number from 0 to 1.
    """
    seed = settings_seed(project)
    if seed is None:
        return None
    with seed.open(encoding="utf-8", newline="") as file:
        values = [
            row["setting_value"]
            for row in csv.DictReader(file)
            if (row["topic"], row["setting"]) == (topic, setting)
        ]
    try:
        ratios = [float(value) for value in values]
    except ValueError:
        ratios = [-1.0]
    if ratios and not 0 <= ratios[0] <= 1:
        raise WrongCall(
            f"The seed settings has the row '{topic},{setting},{values[0]}'; expected a ratio from 0 to 1, "
            "such as 0.01."
        )
    return ratios[0] if ratios else None
