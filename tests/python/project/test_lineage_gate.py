"""The gate of the protected criteria: planted uses are found, whatever they are called and however far away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from customer_segmentation.lineage_gate import Untraceable, main, sensitive_schemes, violations

# gender from the input to a mart: a project of its own, compiled by dbt
PROJECT = {
    "dbt_project.yml": "{name: tiny, version: 1.0.0, profile: tiny, model-paths: [models], macro-paths: [macros], seed-paths: [seeds]}",
    "profiles.yml": "{tiny: {target: dev, outputs: {dev: {type: duckdb, path: tiny.duckdb}}}}",
    "models/input/_input.yml": """
models:
  - name: input_customers
    columns:
      - {name: customer_id, data_type: string}
      - {name: gender, data_type: string, config: {meta: {protected: true}}}
      - {name: city, data_type: string}
""",
    "models/input/input_customers.sql": "select 'c' as customer_id, 'f' as gender, 'Ulm' as city",
    # renamed in staging; its digest tells duplicates apart
    "models/staging/stg_customers.sql": """
select *, md5(concat_ws('|', customer_id, gender, city)) as row_key
from (select customer_id, gender, gender as contact_form, city from {{ ref('input_customers') }}) as cleaned
qualify row_number() over (partition by customer_id order by row_key) = 1""",
    # a proxy: no name tells where it comes from
    "models/int_customer_tastes.sql": """
select customers.customer_id, case when customers.contact_form = 'f' then 2 else 1 end as taste_group
from {{ ref('stg_customers') }} as customers""",
    "models/int_taste_counts.sql": """
with tastes as (select * from {{ ref('int_customer_tastes') }})
select customer_id, max(taste_group) as largest from tastes group by customer_id""",
    "macros/kind_of_customer.sql": """
{% macro kind_of_customer(of) %}coalesce({{ of }}.gender, 'x') <> 'f'{% endmacro %}""",
    # through a macro, and by a proxy two models away
    "models/marts/family/customer_family_facts.sql": """
select
    customers.customer_id,
    customers.city,
    case when counts.largest > 1 then 'often' else 'seldom' end as habit_situation
from {{ ref('stg_customers') }} as customers
inner join {{ ref('int_taste_counts') }} as counts on customers.customer_id = counts.customer_id
where {{ kind_of_customer('customers') }}""",
    "models/marts/family/customer_city_facts.sql": "select customer_id, city, row_key from {{ ref('stg_customers') }}",
    "models/fit_tastes.py": """
def model(dbt, session):
    return dbt.ref("int_taste_counts")
""",
    "models/marts/family/customer_tastes.sql": "select customer_id, cluster_id from {{ ref('fit_tastes') }}",
}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    for name, text in PROJECT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip())
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "compile", "--profiles-dir", "."],
        cwd=folder,
        env={**os.environ, "DO_NOT_TRACK": "1", "DBT_TARGET_PATH": "target", "DBT_LOG_PATH": "logs"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return folder / "target"


def test_what_is_planted_in_a_compiled_project_is_found(compiled: Path) -> None:
    way = "input_customers.gender -> stg_customers.contact_form -> int_customer_tastes.taste_group -> int_taste_counts.largest"
    assert set(violations(json.loads((compiled / "manifest.json").read_text()))) == {
        # by a macro, direct
        "customers.gender is used in a filter of customer_family_facts (input_customers.gender -> stg_customers.gender -> customer_family_facts).",
        # renamed in staging, and a proxy two models away
        f"customers.gender reaches customer_family_facts.habit_situation ({way} -> customer_family_facts.habit_situation).",
        f"customers.gender is handed to the Python model fit_tastes ({way} -> fit_tastes).",
        f"customers.gender reaches customer_tastes.customer_id ({way} -> fit_tastes -> customer_tastes.customer_id).",
        f"customers.gender reaches customer_tastes.cluster_id ({way} -> fit_tastes -> customer_tastes.cluster_id).",
    }


def test_the_command_says_every_sentence_and_fails(
    compiled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(compiled)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 5
    assert main([str(tmp_path)]) == 2
    assert "cannot be followed" in capsys.readouterr().err


def node(
    name: str, sql: str | None, *, folder: str = "intermediate", protected: tuple[str, ...] = ()
) -> dict:
    columns = ("customer_id", "gender", "city") if protected else ()
    return {
        "name": name,
        "resource_type": "model",
        "language": "sql" if sql else "python",
        "schema": "s",
        "alias": name,
        "original_file_path": f"models/{folder}/{name}.sql",
        "columns": {column: {"meta": {"protected": column in protected}} for column in columns},
        "compiled_code": sql,
        "depends_on": {"nodes": []},
    }


def project(*models: dict) -> dict[str, Any]:
    """A manifest in which every model is built on those before it; the first is the contract."""
    contract = node(
        "input_customers", 'select "customer_id", "gender", "city" from raw.customers', protected=("gender",)
    )
    nodes: dict[str, dict] = {}
    for model in (contract, *models):
        nodes[f"model.p.{model['name']}"] = {**model, "depends_on": {"nodes": list(nodes)}}
    return {"metadata": {"adapter_type": "duckdb"}, "sources": {}, "nodes": nodes}


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("select customer_id from s.input_customers where gender = 'f'", "a filter"),
        (
            "select customer_id from s.input_customers group by customer_id having max(gender) = 'f'",
            "a filter",
        ),
        (
            "select customer_id from s.input_customers qualify row_number() over (order by gender) = 1",
            "a filter",
        ),
        ("select c.customer_id from s.input_customers c join s.other o on c.gender = o.kind", "a join"),
        ("select c.customer_id from s.input_customers c join s.other o using (gender)", "a join"),
        ("select count(*) as n from s.input_customers group by gender", "a grouping"),
        ("select gender as kind, count(*) as n from s.input_customers group by 1", "a grouping"),
        ("select gender as kind, count(*) as n from s.input_customers group by all", "a grouping"),
        ("select gender as kind, count(*) as n from s.input_customers group by kind", "a grouping"),
        ("select distinct gender from s.input_customers", "a distinct"),
        ("select gender from s.input_customers union select gender from s.input_customers", "a union"),
        ("select customer_id from s.input_customers order by gender limit 10", "an order with a limit"),
        (
            "select kind from s.other where kind in (select gender from s.input_customers)",
            "a filter",
        ),
        (
            "select o.kind from s.other o where exists (select 1 from s.input_customers c where c.gender = o.kind)",
            "a filter",
        ),
        (
            "with a as (select *, gender = 'f' as flag from s.input_customers), b as (select a.* exclude (gender) from a)"
            " select customer_id from b where flag",
            "a filter",
        ),
        (
            "with recursive up as (select customer_id, gender as top from s.input_customers union all"
            " select c.customer_id, up.top from s.input_customers c join up on c.city = up.customer_id)"
            " select customer_id from up where top = 'f'",
            "a filter",
        ),
        (
            "select customer_id from (select customer_id, gender from s.input_customers) as t (a, b) where b = 'f'",
            "a filter",
        ),
    ],
)
def test_a_use_that_chooses_rows_is_found(sql: str, place: str) -> None:
    (sentence, *_) = violations(project(node("int_planted", sql)))
    assert sentence.startswith(f"customers.gender is used in {place} of int_planted")


@pytest.mark.parametrize(
    "sql",
    [
        "select gender as x from s.input_customers",
        "select * from s.input_customers",
        "select c.* from s.input_customers as c",
        "select case gender when 'f' then 1 end as x from s.input_customers",
        "select case when gender = 'f' then city end as x from s.input_customers",
        "select count(*) filter (where gender = 'f') as x from s.input_customers",
        "select rank() over (partition by gender order by city) as x from s.input_customers",
        "select gender = 'f' as flag, case when flag then 1 end as x from s.input_customers",
        "select (select max(gender) from s.input_customers) as x from s.other",
        "select md5(gender) as x from s.input_customers",
        "select md5(concat(customer_id, gender)) as x from s.input_customers",
        "select city as x from s.input_customers union all select gender from s.input_customers",
        "select list_transform([city], y -> concat(y, gender)) as x from s.input_customers",
        "select kind as x from s.input_customers unpivot (kind for scheme in (city, gender))",
        "select t.x from s.input_customers as c cross join lateral (select c.gender as x) as t",
        "select t.x from s.input_customers as c cross join unnest([c.gender]) as t (x)",
        "select x from (select coalesce(c.gender, o.kind) as x from s.input_customers c cross join s.other o)",
        "select upper(input_customers.gender) as x from s.input_customers",
    ],
)
def test_a_value_made_of_a_protected_column_may_not_reach_a_mart(sql: str) -> None:
    planted = node("int_planted", sql)
    mart = node("customer_facts", "select * from s.int_planted", folder="marts/family")
    sentences = violations(project(planted, mart))
    assert sentences
    for sentence in sentences:
        assert sentence.startswith("customers.gender reaches customer_facts.")
        assert "-> int_planted." in sentence


@pytest.mark.parametrize(
    "sql",
    [
        "select customer_id, city from s.input_customers where city <> 'f'",
        "select * exclude (gender) from s.input_customers",
        "select md5(concat_ws('|', customer_id, gender, city)) as row_key, city from s.input_customers",
        "select count(*) as n from s.input_customers",
        "with a as (select *, 1 as flag from s.input_customers) select flag, city from a where flag = 1",
        "select 'gender' as word, city as gender from s.input_customers",
        "select c.city from s.input_customers c join s.other gender on c.customer_id = gender.customer_id",
    ],
)
def test_what_does_not_depend_on_it_passes(sql: str) -> None:
    mart = node("customer_facts", "select * from s.int_clean", folder="marts/family")
    assert violations(project(node("int_clean", sql), mart)) == []


KEYED = """
select
    customer_id,
    concat(customer_id, md5(gender)) as row_key,
    case when row_number() over (partition by gender order by customer_id) > 1 then 'repeated' end as rejection_rule_id,
    {more} as city
from s.input_customers
where gender is not null
"""


def test_which_row_is_which_may_hang_on_a_protected_part_of_the_key() -> None:
    mart = node("rejected", "select row_key, rejection_rule_id from s.stg_customers", folder="marts/inputs")
    assert violations(project(node("stg_customers", KEYED.format(more="city")), mart)) == []


@pytest.mark.parametrize(
    ("staging", "more", "found"),
    [
        ("stg_customers", "gender", "customers.gender reaches kept.city"),  # nothing else of that model
        ("stg_others", "city", "customers.gender is used in a filter of stg_others"),  # nor of any other
        ("int_customers", "city", "customers.gender is used in a filter of int_customers"),
    ],
)
def test_nothing_else_may_hang_on_it(staging: str, more: str, found: str) -> None:
    mart = node("kept", f"select city from s.{staging}", folder="marts/inputs")
    assert any(
        sentence.startswith(found)
        for sentence in violations(project(node(staging, KEYED.format(more=more)), mart))
    )


def test_a_column_that_is_no_part_of_the_key_gets_no_verdict() -> None:
    sql = "select customer_id, customer_id as row_key, case when gender = 'f' then 'no' end as rejection_rule_id from s.input_customers"
    mart = node("kept", "select rejection_rule_id from s.stg_customers", folder="marts/inputs")
    assert violations(project(node("stg_customers", sql), mart))


def test_a_python_model_depends_on_all_that_it_reads() -> None:
    sample = node("int_sample", "select customer_id, gender from s.input_customers")
    fitted = node("fit_clusters", None)
    mart = node("customer_clusters", "select cluster_id from s.fit_clusters", folder="marts/clusters")
    sentences = violations(project(sample, fitted, mart))
    assert any(
        sentence.startswith("customers.gender is handed to the Python model fit_clusters")
        for sentence in sentences
    )
    assert any(
        sentence.startswith("customers.gender reaches customer_clusters.cluster_id") for sentence in sentences
    )


def test_only_a_scheme_that_the_catalogue_calls_sensitive_may_be_decided_by_it(tmp_path: Path) -> None:
    facts = node(
        "customer_family_facts",
        "select customer_id, gender as salutation_situation, city as city_situation from s.input_customers",
        folder="marts/family",
    )
    labels = node(
        "family_labels",
        "select customer_id, salutation_situation as segment from s.customer_family_facts",
        folder="marts/family",
    )
    other = node(
        "customer_more_facts",
        "select customer_id, gender as city_situation from s.input_customers",
        folder="marts/family",
    )
    (tmp_path / "seeds" / "catalogue").mkdir(parents=True)
    catalogue = tmp_path / "seeds" / "catalogue" / "scheme_catalogue.csv"
    catalogue.write_text("scheme,is_sensitive\nsalutation,true\ncity,false\n")
    allowed = sensitive_schemes(tmp_path)
    assert allowed == {"salutation"}
    assert violations(project(facts, labels), sensitive_schemes=allowed) == []
    (sentence,) = violations(project(facts, labels, other), sensitive_schemes=allowed)
    assert "customer_more_facts.city_situation" in sentence
    (sentence,) = violations(project(facts, labels))
    assert "customer_family_facts.salutation_situation" in sentence


@pytest.mark.parametrize(
    ("planted", "complaint"),
    [
        (
            node(
                "int_planted",
                "select nowhere from s.input_customers cross join (select 1 as x) as t where x = nobody",
            ),
            None,
        ),
        (
            node("int_planted", "select t.nowhere from (select city from s.input_customers) as t"),
            "t has no column nowhere",
        ),
        (
            node("int_planted", "select nowhere from (select city from s.input_customers) as t"),
            "column nowhere",
        ),
        ({**node("int_planted", "select 1 as x"), "compiled_code": None}, "int_planted is not compiled"),
        (node("int_planted", "select from where"), "int_planted"),
    ],
)
def test_sql_that_cannot_be_followed_closes_the_gate(planted: dict, complaint: str | None) -> None:
    with pytest.raises(Untraceable, match=complaint):
        violations(project(planted))


def test_a_contract_without_protected_columns_closes_the_gate() -> None:
    manifest = project()
    manifest["nodes"]["model.p.input_customers"]["columns"]["gender"]["meta"]["protected"] = False
    with pytest.raises(Untraceable, match="nothing to follow"):
        violations(manifest)
