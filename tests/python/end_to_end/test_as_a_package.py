"""The project as a package of another dbt project: `integration_tests`, a shop that delivers its own models and changes a few things.

One `dbt deps` and one `dbt build` on a fresh warehouse, as the README says.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from helpers import ROOT

pytestmark = pytest.mark.warehouse

PACKAGE, SHOP = "customer_segmentation", "night_shop"
READ_BY_DBT = (
    "dbt_project.yml",
    "analyses",
    "dbt_packages",
    "macros",
    "models",
    "python_models",
    "seeds",
    "tests",
)
FEWEST_DATA_TESTS = 200


@dataclass(frozen=True)
class Consumer:
    """The project of the shop, in a folder of its own inside a copy of the package."""

    project: Path

    @property
    def warehouse(self) -> Path:
        return self.project / "target" / "warehouse.duckdb"

    def dbt(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Plain dbt in the project folder, with the profile that stands there."""
        return subprocess.run(
            [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *words],
            cwd=self.project,
            env={**os.environ, "DO_NOT_TRACK": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    def read(self, name: str) -> dict[str, Any]:
        """A file that dbt wrote into `target`."""
        return json.loads((self.project / "target" / name).read_text(encoding="utf-8"))

    def rows(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def labels(self, scheme: str) -> dict[str, str]:
        """The label of each customer."""
        return dict(
            self.rows(
                f"select customer_id, segment from marts.customer_segment_assignments where scheme = '{scheme}'"
            )
        )


def installed(folder: Path) -> Consumer:
    """A copy of the project whose dbt-utils is the one that set-up installed, and in it the shop after `dbt deps`.

    So no hub is asked; the shop itself is copied as it stands.
    """
    package = folder / PACKAGE
    package.mkdir()
    for name in READ_BY_DBT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, package / name, ignore=shutil.ignore_patterns("python"))
        else:
            shutil.copy(source, package / name)
    utils = {"packages": [{"local": str(package / "dbt_packages" / "dbt_utils")}]}
    (package / "packages.yml").write_text(yaml.safe_dump(utils), encoding="utf-8")
    shop = package / "integration_tests"
    shutil.copytree(ROOT / "integration_tests", shop, ignore=shutil.ignore_patterns("target", "logs"))
    consumer = Consumer(shop)
    done = consumer.dbt("deps")
    assert done.returncode == 0, done.stdout[-3000:]
    return consumer


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    """The shop after one `dbt build` that must succeed."""
    consumer = installed(tmp_path_factory.mktemp("as_a_package"))
    done = consumer.dbt("--warn-error-options", '{"error": ["Deprecations"]}', "build")
    assert done.returncode == 0, done.stdout[-3000:]
    return consumer


def test_one_build_runs_the_shop_and_all_of_the_package(shop: Consumer) -> None:
    ran = {result["unique_id"]: result["status"] for result in shop.read("run_results.json")["results"]}
    assert set(ran.values()) == {"success", "pass"}
    nodes = shop.read("manifest.json")["nodes"].values()
    wanted = {node["unique_id"] for node in nodes if node["resource_type"] in ("model", "seed", "test")}
    # what runs before a build, such as the check of the as-of date, is no node
    assert {name for name in ran if not name.startswith("operation.")} == wanted
    tests = [name for name in ran if name.startswith(f"test.{PACKAGE}.")]
    assert len(tests) > FEWEST_DATA_TESTS
    assert {f"model.{PACKAGE}.fit_rfm_cut_points", f"model.{SHOP}.shop_mailing"} <= ran.keys()


def test_staging_reads_the_models_of_the_shop_and_says_so(shop: Consumer) -> None:
    """Each table comes from its model, with all of its rows; of two models `stg_accounts` the shop's delivers to the package's."""
    nodes = shop.read("manifest.json")["nodes"]
    delivering = {"customers": "shop_customers", "orders": "shop_orders", "accounts": "stg_accounts"}
    read = {
        table: {
            name
            for name in nodes[f"model.{PACKAGE}.stg_{table}"]["depends_on"]["nodes"]
            if "seed." not in name
        }
        for table in (*delivering, "refunds")
    }
    assert read == {
        **{table: {f"model.{SHOP}.{name}"} for table, name in delivering.items()},
        "refunds": {f"source.{PACKAGE}.raw.refunds"},
    }
    counts = shop.rows("select input_table, rows_read, rows_accepted from marts.input_reconciliation")
    delivered = {
        table: shop.rows(f"select count(*) from main_shop.{name}")[0][0] for table, name in delivering.items()
    }
    assert min(delivered.values()) > 0
    assert {table: (read, accepted) for table, read, accepted in counts if read > 0} == {
        table: (count, count) for table, count in delivered.items()
    }


def test_a_changed_rule_decides_and_explains(shop: Consumer) -> None:
    """As delivered, who never bought is a lead for 180 days; in the shop for 90."""
    rows = shop.rows(
        "select customer_id, segment, deciding_value, threshold_value, rule_version from marts.customer_segment_assignments "
        "where scheme = 'lifecycle' and starts_with(customer_id, 'never bought')"
    )
    assert {customer: tuple(rest) for customer, *rest in rows} == {
        "never bought, known for 30 days": ("lead", 30, 90, 2),
        "never bought, known for 120 days": ("never_bought", 120, 90, 2),
        "never bought, known for 400 days": ("never_bought", 400, 90, 2),
    }


def test_a_changed_setting_decides(shop: Consumer) -> None:
    """As delivered, fewer than 25 buyers are not ranked; in the shop fewer than 15."""
    ((buyers,),) = shop.rows(
        "select count(distinct client) from main_shop.shop_sales where state = 'bezahlt'"
    )
    assert 15 <= buyers < 25
    counts = Counter(shop.labels("rfm").values())
    assert counts["too_little_history"] == 0
    assert sum(counts.values()) - counts["no_orders"] == buyers


def test_a_seed_of_the_shop_stands_for_one_that_it_disabled(shop: Consumer) -> None:
    """Its words for the state of an order are read, and judged by the test of the package."""
    nodes = shop.read("manifest.json")["nodes"].values()
    (judged,) = [node for node in nodes if node["name"] == "order_statuses_rows_hold"]
    assert judged["depends_on"]["nodes"] == [f"seed.{SHOP}.order_statuses"]
    states = shop.rows("select order_state, count(*) from staging.stg_orders group by all order by all")
    assert states == shop.rows(
        "select statuses.order_state, count(*) from main_shop.shop_sales as sales "
        "inner join main_shop.order_statuses as statuses on sales.state = statuses.status group by all order by all"
    )
    assert [state for state, _ in states] == ["cancelled", "completed"]
    assert shop.labels("lifecycle")["ordered once and cancelled"] == "lead"


def test_macros_of_the_shop_take_the_place_of_those_of_the_package(shop: Consumer) -> None:
    """Two in the night is the evening before, a day earlier: 30 days ago is no longer new."""
    labels = shop.labels("lifecycle")
    assert labels["first bought at noon 29 days ago"] == "new"
    assert labels["first bought at two in the night 29 days ago"] == "onboarding"


def test_known_customers_have_their_labels(shop: Consumer) -> None:
    labels = {
        scheme: shop.labels(scheme) for scheme in ("lifecycle", "rfm", "company_size", "industry_sector")
    }
    expected = {
        ("lifecycle", "bought each month up to June"): "loyal",
        ("rfm", "bought each month up to June"): "champions",
        ("lifecycle", "bought once three years ago"): "churned",
        ("rfm", "bought once three years ago"): "hibernating",
        ("rfm", "never bought, known for 30 days"): "no_orders",
        ("company_size", "bought once three years ago"): "not_applicable",
        ("company_size", "company of 9 that makes software"): "micro",
        ("industry_sector", "company of 9 that makes software"): "software",
        ("company_size", "company of 1200 that builds"): "enterprise",
        ("industry_sector", "company of 1200 that builds"): "construction",
    }
    assert {(scheme, customer): labels[scheme][customer] for scheme, customer in expected} == expected


def test_models_of_the_shop_read_what_the_package_publishes(shop: Consumer) -> None:
    letters = dict(shop.rows("select lifecycle_segment, clients from main_shop.shop_mailing"))
    assert letters["lead"].split("; ").count("never bought, known for 30 days") == 1
    assert sum(len(clients.split("; ")) for clients in letters.values()) == len(shop.labels("lifecycle"))


def test_what_changes_nothing_or_the_wrong_thing_stops_the_build_with_a_sentence(
    shop: Consumer, tmp_path: Path
) -> None:
    """One build says all of it: rows and columns that are not there and, without the flag, a seed of the shop that dbt takes for ours."""
    project = tmp_path / SHOP
    shutil.copytree(
        shop.project, project, symlinks=True, ignore=shutil.ignore_patterns("*.duckdb", "partial_parse*")
    )
    settings = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))
    del settings["flags"]["require_ref_searches_node_package_before_root"]
    changed = {
        "settings": [{"topic": "gate", "setting": "ranked_buyer_count", "setting_value": 15}],
        "segment_rules": [{"rule_id": "lifecycle_lead", "uper_bound": 90}],
        "segment_catalogue": [{"segment": "lead", "label": "Prospect"}],
        "scheme_catalogue": [{"scheme": "rfm", "label": ["RFM"]}],
    }
    settings["vars"][PACKAGE]["changed_rows"] = changed
    (project / "dbt_project.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    (project / "seeds" / "countries.csv").write_text("country\nDE\n", encoding="utf-8")
    sentences = (
        "changes the row 'gate ranked_buyer_count' of the seed 'settings', which is not there; the nearest is 'gate ranked_buyers_count'",
        "names the column 'uper_bound' of the seed 'segment_rules', which is not there; the nearest is 'upper_bound'",
        "changes a row of the seed 'segment_catalogue' without its key (scheme, segment)",
        "gives label of the seed 'scheme_catalogue' the value ['RFM']; it must be a number, a text, true, false or null",
        f"dbt reads the seed 'countries' of the project {SHOP}",
    )
    done = Consumer(project).dbt("build", "--select", *changed, "int_declared_tables")
    assert done.returncode != 0
    assert [sentence for sentence in sentences if sentence not in done.stdout] == []


def test_models_in_other_words_or_forms_are_warned_of(shop: Consumer, tmp_path: Path) -> None:
    """The loader would have refused such files: here a misspelt amount, and days as people write them."""
    project = tmp_path / SHOP
    shutil.copytree(shop.project, project, symlinks=True, ignore=shutil.ignore_patterns("partial_parse*"))
    model = project / "models" / "shop_orders.sql"
    sql = model.read_text(encoding="utf-8")
    told = "strftime(cast(sold_at as timestamp), '%d.%m.%Y') as ordered_at"
    sql = sql.replace("sold_at as ordered_at", told).replace("as net_amount", "as net_amout")
    assert told in sql
    assert "net_amout" in sql
    model.write_text(sql, encoding="utf-8")
    # the shop's own test of its columns would stop this first
    shutil.rmtree(project / "tests")
    tables = ("shop_orders", "stg_orders", "rejected_rows", "input_reconciliation")
    test = "assert_most_delivered_rows_are_accepted"
    done = Consumer(project).dbt("build", "--select", *tables, test)
    said = " ".join(done.stdout.split())
    assert (
        "The model that delivers 'orders' has a column 'net_amout', which nobody reads, and no 'net_amount'; "
        "if that is meant, rename it." in said
    )
    assert f"WARN 1 {test}" in said


def test_the_readme_shows_what_the_shop_does() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^## As a package.*?(?=^## )", text, re.M | re.S)
    assert section
    (shown,) = re.findall(r"```yaml\n# dbt_project.yml\n(.*?)```", section[0], re.S)
    settings = yaml.safe_load((ROOT / "integration_tests" / "dbt_project.yml").read_text(encoding="utf-8"))
    for key, value in yaml.safe_load(shown).items():
        assert settings[key] == value if key != "flags" else settings[key].items() >= value.items(), key
