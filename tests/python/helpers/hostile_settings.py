# ruff: noqa: RUF001 (letters that only look like others are what is tried)
"""Values that nobody may mean by any setting, and what the project says of each."""

from __future__ import annotations

import json

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

# what nobody may mean by any setting: SQL, templates, paths, other alphabets, other types
HOSTILE = [
    *(
        "' or 1=1 --",
        "'; drop table raw.customers; --",
        '"; drop schema marts; --',
        "raw; select 1",
        "raw -- ",
        "raw/*",
    ),
    *(
        "*/ union select email from raw.customers /*",
        "raw.customers",
        'raw"',
        "raw'",
        "raw`",
        "[raw]",
        "raw\\",
        "$$raw$$",
    ),
    *(
        "raw\nselect 1",
        "raw\r",
        "raw\t",
        "\x00",
        "raw\x00",
        "raw\u202e",
        "ｒａｗ",
        "rаw",
        "ra\u200bw",
        "rａw",
        "😀",
        "\ufeffraw",
    ),
    *(
        "{{ env_var('HOME') }}",
        "{% do run_query('select 1') %}",
        "{# raw #}",
        "${HOME}",
        "$(id)",
        "`id`",
        "%s",
        "%(a)s",
        "?",
        ":a",
    ),
    *(
        "../../etc/passwd",
        "/etc/passwd",
        "file:///etc/passwd",
        "https://example.org/a.csv",
        "s3://bucket/key",
        "~/raw",
        ".",
    ),
    *(
        "",
        " ",
        "  raw",
        "-",
        "--",
        "1e400",
        "NaN",
        "inf",
        "-inf",
        "0x10",
        "1_000",
        "١٢",
        "1,5",
        "true",
        "null",
        "None",
        "yes",
    ),
    *(
        "2026-06-30T00:00:00",
        "2026-6-30",
        "30.06.2026",
        "2026-02-30",
        "2026-00-10",
        "0000-01-01",
        "9999-12-31",
        "２０２６-06-30",
    ),
    *(
        "today'",
        "last refresh",
        "TODAY",
        "a" * 5_000,
        "read_csv('/etc/passwd')",
        "attach 'x.db'",
        "copy raw to 'x'",
    ),
    *(
        None,
        True,
        False,
        -1,
        1e9,
        float("nan"),
        float("inf"),
        [None],
        [[]],
        [1, 2, 3],
        [{"a": 1}],
        {"a": 1},
        {"a": None},
    ),
]
# what is no fault of some settings: a schema may be called so, and nothing has to change
MEANT = {("raw_schema", "NaN"), ("raw_schema", "inf"), ("raw_schema", "true"), ("raw_schema", "null")} | {
    ("raw_schema", word) for word in ("None", "yes", "TODAY")
}

JUDGE = """
    {%- set accepted = {} -%}
    {%- for name, declared in deployment_settings().items() -%}
        {%- do accepted.update({name: []}) -%}
        {%- for value in fromjson(HOSTILE) if not setting_problem(name, declared, value) -%}
            {%- do accepted[name].append(value) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do exceptions.raise_compiler_error('JUDGED' ~ tojson(accepted) ~ 'JUDGED') -%}
"""


def accepted_by_setting(parsed: Manifest) -> dict[str, list[object]]:
    """Which of the hostile values each setting takes, judged by the project's own macro in a dbt of this process."""
    events: list[str] = []
    dbt = dbtRunner(manifest=parsed, callbacks=[lambda event: events.append(event.info.msg)])
    dbt.invoke(
        [
            "compile",
            "--inline",
            JUDGE.replace("HOSTILE", json.dumps(json.dumps(HOSTILE))),
            "--log-level",
            "none",
        ]
    )
    return json.loads(next(text for text in events if "JUDGED" in text).split("JUDGED")[1])
