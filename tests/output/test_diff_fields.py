"""A difference for scripts."""

from __future__ import annotations

import json
from typing import Any

from sample_results import LOCKS, SPECIFICATIONS, UNANSWERED, change, conda, diff, pip

from envctl.model.diff import Diff
from envctl.output.diff_fields import fields
from envctl.output.document import document


def as_json(result: Diff) -> Any:
    return json.loads(document("diff", fields(result)))


def test_no_difference_has_every_key() -> None:
    assert fields(Diff(before="a", after="b", platforms=("osx-64", "linux-64"), unchanged=7)) == {
        "before": "a",
        "after": "b",
        "differs": False,
        "summary": {
            "added": 0,
            "removed": 0,
            "changed": 0,
            "unsatisfied": 0,
            "extra": 0,
            "settings": 0,
            "unchanged": 7,
            "kinds": {
                "upgrade": 0,
                "downgrade": 0,
                "build": 0,
                "channel": 0,
                "hash": 0,
                "spec": 0,
                "source": 0,
            },
        },
        "platforms": ["linux-64", "osx-64"],
        "added": [],
        "removed": [],
        "changed": [],
        "unsatisfied": [],
        "extra": [],
        "settings": [],
        "unchanged": 7,
        "notes": [],
    }


def test_a_change_has_the_whole_records_of_both_sides() -> None:
    before, after = conda("a", "1", "py_0", md5="0" * 32), pip("a", "2", depends=("b>1",))
    moved = change(before, after, "upgrade", "source")
    assert as_json(diff(moved))["changed"] == [
        {
            "name": "a",
            "manager": "conda",
            "platform": "linux-64",
            "before": {
                "manager": "conda",
                "name": "a",
                "version": "1",
                "build": "py_0",
                "build_number": 0,
                "subdir": "linux-64",
                "channel": "https://conda.example/conda-forge",
                "url": "https://conda.example/conda-forge/linux-64/a-1-py_0.conda",
                "sha256": None,
                "md5": "00000000000000000000000000000000",
                "size_bytes": None,
                "depends": [],
                "constrains": [],
                "noarch": None,
                "license": None,
                "timestamp_ms": None,
                "python_site_packages_path": None,
                "purls": None,
                "extras": {},
            },
            "after": {
                "manager": "pip",
                "name": "a",
                "version": "2",
                "url": None,
                "sha256": None,
                "md5": None,
                "depends": ["b>1"],
                "requires_python": None,
                "index": None,
                "editable": False,
                "direct": False,
                "extras": {},
            },
            "kinds": ["upgrade", "source"],
            "requested": False,
        }
    ]


def test_what_was_added_has_nothing_before_it() -> None:
    added = as_json(LOCKS)["added"]
    assert [(entry["name"], entry["before"], entry["after"]["version"]) for entry in added] == [
        ("httpx", None, "0.27.0")
    ]


def test_requests_are_given_as_written_and_in_one_spelling() -> None:
    changed = as_json(SPECIFICATIONS)["changed"]
    assert changed[0]["before"] == {
        "name": "numpy",
        "manager": "conda",
        "specs": ["numpy >=1.24"],
        "canonical": ["numpy >=1.24"],
    }
    assert changed[0]["platform"] is None


def test_a_specification_and_packages() -> None:
    told = as_json(UNANSWERED)
    assert [(entry["name"], entry["spec"]) for entry in told["unsatisfied"]] == [
        ("numpy", "numpy >=2"),
        ("httpx", "httpx[http2]>=0.27"),
    ]
    assert told["unsatisfied"][0]["found"]["version"] == "1.26.4"
    assert told["unsatisfied"][1]["found"] is None
    assert [(entry["name"], entry["package"]["version"]) for entry in told["extra"]] == [("nano", "7.2")]


def test_replaced_files_come_first_then_platform_manager_and_name() -> None:
    changed = as_json(LOCKS)["changed"]
    assert [(entry["name"], entry["platform"]) for entry in changed] == [
        ("openssl", "linux-64"),
        ("numpy", "linux-64"),
        ("protobuf", "linux-64"),
        ("numpy", "osx-arm64"),
    ]


def test_the_summary_counts_every_list_and_every_kind() -> None:
    summary = as_json(LOCKS)["summary"]
    assert summary["kinds"] == {
        "upgrade": 2,
        "downgrade": 1,
        "build": 0,
        "channel": 0,
        "hash": 1,
        "spec": 0,
        "source": 0,
    }
    assert {name: summary[name] for name in ("added", "removed", "changed", "settings", "unchanged")} == {
        "added": 1,
        "removed": 1,
        "changed": 4,
        "settings": 1,
        "unchanged": 230,
    }
    assert as_json(LOCKS)["settings"] == [
        {"name": "channels", "before": ["conda-forge", "defaults"], "after": ["conda-forge"]}
    ]
