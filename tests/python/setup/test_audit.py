"""The audit of the lock files: what is known of their packages, and that silence is no answer."""

import importlib.util
import json
import subprocess

import pytest

from helpers import ROOT

KNOWN = {"name": "leaky", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1"]}]}
OPEN = {"name": "worse", "version": "2.0", "vulns": [{"id": "CVE-2", "fix_versions": []}]}
SOUND = {"name": "sound", "version": "3.0", "vulns": []}
SKIPPED = {"name": "private", "skip_reason": "not on the index"}


@pytest.fixture
def audit(monkeypatch):
    """The script, with a service that answers the same for every lock file."""
    spec = importlib.util.spec_from_file_location("project_audit", ROOT / "scripts" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    asked = []

    def answering(text):
        def run(words, **options):
            asked.append(words[words.index("-r") + 1])
            return subprocess.CompletedProcess(words, 0, text, "")

        monkeypatch.setattr(module, "ready_environment", lambda name, lock: "python")
        monkeypatch.setattr(module.subprocess, "run", run)
        return module.main(), asked

    return answering


def told(*packages):
    return json.dumps({"dependencies": packages})


def test_a_known_weakness_is_said_and_is_a_failure(audit, capsys):
    code, asked = audit(told(KNOWN, OPEN, SOUND, SKIPPED))
    said = capsys.readouterr().out
    assert code == 1
    assert "requirements.lock: leaky 1.0: CVE-1, mended in 1.1" in said
    assert "requirements.lock: worse 2.0: CVE-2, mended in no version yet" in said
    assert "requirements.lock: 3 of 4 packages audited" in said
    # the packages that run, and with which versions, stand in the lock of the project
    assert asked[0] == ROOT / "requirements.lock"
    folders = (ROOT, ROOT / "benchmarks", ROOT / "scripts")
    assert set(asked) == {path for folder in folders for path in folder.glob("*.lock")}


def test_nothing_known_is_no_failure(audit, capsys):
    assert audit(told(SOUND))[0] == 0
    assert "requirements.lock: 1 of 1 packages audited" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "no connection", "{}", told(SKIPPED)])
def test_where_no_service_answers_that_is_said_and_nothing_is_called_sound(audit, capsys, text):
    assert audit(text)[0] == 3
    said = capsys.readouterr()
    assert "no audit service answered" in said.err
    assert said.out == ""
