"""Events of an OMS that sends none: read off its loaded tables.

Belongs here: which changes are events, and what they say. Does not belong here: loading the tables
(`dlt_pipelines`), staging them (`sql/staging/chord_oms`).
"""

from chord_platform.events.oms_events.deriving import Derived, derive

__all__ = ["Derived", "derive"]
