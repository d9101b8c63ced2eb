"""The cases beside the models hold, and no model stands without one.

The models of planned events have theirs in `test_planned_events.py`, which makes them of the plans.
"""

from __future__ import annotations

from chord_platform.warehouse.testing import run_model_tests
from tests.models.planned_events import staged_events
from tests.models.raw_tables import SQL_DIR, project


def test_every_case_beside_a_model_holds():
    failed = [
        f"{case.model}, {case.name}:\n{case.difference}"
        for case in run_model_tests(SQL_DIR)
        if not case.passed
    ]
    assert not failed, "\n\n".join(failed)


def test_no_model_stands_without_a_case():
    planned = {event.model for event in staged_events()}
    assert [
        model.name
        for model in project().models
        if model.name not in planned and not model.tests_path.exists()
    ] == []
