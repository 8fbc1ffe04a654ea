"""Where the dbt project stands, and its version."""

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
