"""The cases beside the models hold, and no model stands without one."""

from __future__ import annotations

from chord_platform.warehouse.testing import run_model_tests
from tests.models.raw_tables import SQL_DIR, project


def test_every_case_beside_a_model_holds():
    failed = [
        f"{case.model}, {case.name}:\n{case.difference}"
        for case in run_model_tests(SQL_DIR)
        if not case.passed
    ]
    assert not failed, "\n\n".join(failed)


def test_no_model_stands_without_a_case():
    assert [model.name for model in project().models if not model.tests_path.exists()] == []
