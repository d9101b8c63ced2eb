"""Holds exchanges with Recharge to the models of its own storefront library (JSON Schema).

Belongs here: which model belongs to which list, and where the models say less than the Admin API.
Does not belong here: the search for the file (`specs.py`).

The library's models are those of the 2021-11 resources; its list parameters are the storefront's,
which knows fewer filters than the Admin API, and it has no errors.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from jsonschema import Draft7Validator

from tests.conformance.fields import unknown_fields
from tests.conformance.specs import NOT_COMPARED, read_spec
from vendor_emulator.recorder import Recorded

FILE = "resources_2021-11.relaxed.schema.json"
ANSWERS = {
    "addresses": "AddressListResponse",
    "subscriptions": "SubscriptionsResponse",
    "charges": "ChargeListResponse",
    "orders": "OrdersResponse",
    "onetimes": "OnetimesResponse",
    "plans": "PlansResponse",
    "collections": "CollectionsResponse",
    "payment_methods": "PaymentMethodsResponse",
    "bundle_selections": "BundleSelectionsResponse",
}
PARAMETERS = {
    "addresses": "AddressListParams",
    "subscriptions": "SubscriptionListParams",
    "charges": "ChargeListParams",
    "orders": "OrderListParams",
    "onetimes": "OnetimeListParams",
    "plans": "PlanListParams",
}
RECORDS = {"customers": "Customer", "metafields": "Metafield"}
"""Lists whose envelope the library leaves out, while it has the record."""
NOT_IN_THE_FILE = {
    "discounts": "only the discount within a charge is modelled",
    "credit_adjustments": "not modelled",
    "events": "not modelled: the storefront has no log",
    "store": "not modelled: the storefront is one store",
}
FURTHER_FILTERS = {
    ("addresses", "updated_at_min"): "the Admin API filters every changing list by it",
    ("addresses", "updated_at_max"): "as above",
}


class Recharge:
    vendor = "recharge"
    used = frozenset({*ANSWERS, *RECORDS, *NOT_IN_THE_FILE})

    def check(self, recorded: Recorded) -> str:
        name, _, own = recorded.path.strip("/").partition("/")
        assert name in self.used, f"recharge: {recorded.path} is no list of this version"
        self.check_request(name, recorded)
        if self.file is None:
            return NOT_COMPARED
        if recorded.status >= 400:
            body = recorded.received
            assert isinstance(body, dict) and {"errors", "error", "warning"} & body.keys(), body
        elif not own and recorded.answer is not None and name not in NOT_IN_THE_FILE:
            self.check_answer(name, recorded.received)
        return name

    def check_request(self, name: str, recorded: Recorded) -> None:
        given = dict(recorded.params)
        assert recorded.headers.get("x-recharge-version") == "2021-11", "no version was asked for"
        assert "cursor" not in given or given.keys() <= {"cursor", "limit"}, (
            f"recharge: {sorted(given)} were sent with a cursor"
        )
        assert int(given.get("limit", 50)) <= 250, "recharge: pages have 250 records at most"
        if self.file is None or name not in PARAMETERS:
            return
        known = self.file["definitions"][PARAMETERS[name]]["properties"]
        for word, value in given.items():
            if (name, word) in FURTHER_FILTERS:
                continue
            assert word in known, f"recharge: /{name} has no parameter {word}"
            if word == "sort_by":
                self.validate(value, known[word], at=f"/{name} ?sort_by")

    def check_answer(self, name: str, body: Any) -> None:
        if name in ANSWERS:
            self.validate(body, {"$ref": f"#/definitions/{ANSWERS[name]}"}, at=f"/{name}")
            return
        assert "next_cursor" in body, f"recharge: /{name} has no next_cursor"
        for record in body[name]:
            self.validate(record, {"$ref": f"#/definitions/{RECORDS[name]}"}, at=f"/{name}")

    def validate(self, value: Any, schema: Any, *, at: str) -> None:
        whole = {**(self.file or {}), **schema}
        errors = list(Draft7Validator(whole).iter_errors(value))
        told = [f"{at}{error.json_path[1:]}: {error.message[:300]}" for error in errors[:5]]
        told += [
            f"{at}{place}: no such field"
            for place in unknown_fields(value, [schema], spec=self.file)
        ][:5]
        assert not told, "recharge: " + "\n  ".join(told)

    @cached_property
    def file(self) -> dict[str, Any] | None:
        text = read_spec(self.vendor, FILE)
        return None if text is None else json.loads(text)


SPEC = Recharge()
