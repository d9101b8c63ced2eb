"""Klaviyo's endpoints: what each accepts.

Belongs here: paths, scopes, limits, page sizes, filters, orders and relations of the revision.
Does not belong here: answering.
"""

from __future__ import annotations

from vendor_emulator.vendors.klaviyo.routes import Route, listed, report

GT = ("greater-than",)
GT_LT = ("greater-than", "less-than")
RANGE = ("greater-or-equal", "greater-than", "less-or-equal", "less-than")
ANY = ("any", "equals")
NAME = ("contains", "ends-with", "equals", "starts-with")
TIMES = {"created": ("equals", *RANGE), "updated": ("equals", *RANGE)}
BY_TIME = ("created", "updated", "id", "name")
PROFILE_FIELDS = {"profile": ("subscriptions", "predictive_analytics")}
MEMBERS: dict[str, object] = {
    "kind": "profile",
    "sizes": (20, 100),
    "filters": {"joined_group_at": RANGE, "email": ANY, "phone_number": ANY},
    "sorts": ("joined_group_at",),
    "additional": PROFILE_FIELDS,
    "fields": ("profile",),
}
GROUP: dict[str, object] = {
    "sizes": (10, 10),
    "sorts": BY_TIME,
    "relations": {"tags": "tag", "flow-triggers": "flow"},
}
GROUP_FILTERS = {"id": ANY, "name": ANY, "created": GT, "updated": GT}

ROUTES: tuple[Route, ...] = (
    listed("accounts", "accounts", "XS", "account", pages=False),
    listed(
        "events",
        "events",
        "XL",
        "event",
        sizes=(200, 1000),
        filters={
            "metric_id": ("equals",),
            "profile_id": ("equals",),
            "datetime": RANGE,
            "timestamp": RANGE,
        },
        sorts=("datetime", "timestamp"),
        relations={"attributions": "attribution", "metric": "metric", "profile": "profile"},
        fields=("event", "metric", "profile", "attribution"),
    ),
    listed(
        "profiles",
        "profiles",
        "L",
        "profile",
        sizes=(20, 100),
        filters={
            "id": ANY,
            "email": ANY,
            "phone_number": ANY,
            "external_id": ANY,
            "created": GT_LT,
            "updated": GT_LT,
        },
        sorts=("created", "updated", "email", "id"),
        additional=PROFILE_FIELDS,
        costly={"predictive_analytics": "M"},
    ),
    listed(
        "campaigns",
        "campaigns",
        "M",
        "campaign",
        sizes=(100, 100),
        filters={
            "id": ("any",),
            "messages.channel": ("equals",),
            "name": ("contains",),
            "status": ANY,
            "archived": ("equals",),
            "created_at": RANGE,
            "scheduled_at": RANGE,
            "updated_at": RANGE,
        },
        needs=("messages.channel",),
        sorts=("created_at", "id", "name", "scheduled_at", "updated_at"),
        relations={"campaign-messages": "campaign-message", "tags": "tag"},
        fields=("campaign", "campaign-message", "tag"),
    ),
    Route(
        "/api/campaigns/{id}/campaign-messages",
        "campaign_messages",
        ("campaigns:read",),
        "M",
        "campaign-message",
        pages=False,
        relations={"campaign": "campaign", "template": "template", "image": "image"},
    ),
    Route(
        "/api/campaign-recipient-estimations/{id}",
        "campaign_recipient_estimations",
        ("campaigns:read",),
        "M",
        "campaign-recipient-estimation",
        pages=False,
    ),
    listed(
        "flows",
        "flows",
        "S",
        "flow",
        sizes=(50, 50),
        filters={
            **TIMES,
            "id": ("any",),
            "name": NAME,
            "status": ("equals",),
            "archived": ("equals",),
            "trigger_type": ("equals",),
        },
        sorts=(*BY_TIME, "status", "trigger_type"),
        relations={"flow-actions": "flow-action", "tags": "tag"},
        fields=("flow", "flow-action", "tag"),
    ),
    Route(
        "/api/flows/{id}/flow-actions",
        "flow_actions",
        ("flows:read",),
        "S",
        "flow-action",
        sizes=(50, 50),
        filters={**TIMES, "id": ("any",), "action_type": ANY, "status": ("equals",)},
        sorts=("action_type", "created", "id", "status", "updated"),
    ),
    Route(
        "/api/flow-actions/{id}/flow-messages",
        "flow_messages",
        ("flows:read",),
        "S",
        "flow-message",
        sizes=(50, 50),
        filters={**TIMES, "id": ("any",), "name": NAME},
        sorts=BY_TIME,
    ),
    listed("lists", "lists", "L", "list", filters=GROUP_FILTERS, **GROUP),
    listed(
        "segments",
        "segments",
        "L",
        "segment",
        filters={**GROUP_FILTERS, "is_active": ANY, "is_starred": ("equals",)},
        **GROUP,
    ),
    *(
        Route(
            f"/api/{kind}s/{{id}}",
            f"{kind}s",
            (f"{kind}s:read",),
            "L",
            kind,
            pages=False,
            additional={kind: ("profile_count",)},
            costly={"profile_count": "XS"},
        )
        for kind in ("list", "segment")
    ),
    *(
        Route(  # type: ignore[arg-type]
            f"/api/{kind}s/{{id}}/profiles",
            f"{kind}_members",
            (f"{kind}s:read", "profiles:read"),
            "L",
            **MEMBERS,  # type: ignore[arg-type]
        )
        for kind in ("list", "segment")
    ),
    listed(
        "metrics",
        "metrics",
        "M",
        "metric",
        filters={"integration.name": ("equals",), "integration.category": ("equals",)},
        relations={"flow-triggers": "flow"},
    ),
    listed(
        "templates",
        "templates",
        "L",
        "template",
        sizes=(10, 10),
        filters={**TIMES, "id": ANY, "name": ("any", "contains", "equals")},
        sorts=BY_TIME,
        additional={"template": ("definition",)},
    ),
    listed(
        "tags",
        "tags",
        "S",
        "tag",
        sizes=(50, 50),
        filters={"name": NAME},
        sorts=("id", "name"),
        relations={"tag-group": "tag-group"},
        fields=("tag", "tag-group"),
    ),
    listed(
        "tag-groups",
        "tags",
        "S",
        "tag-group",
        sizes=(25, 25),
        filters={"name": NAME, "exclusive": ("equals",), "default": ("equals",)},
        sorts=("id", "name"),
    ),
    listed("coupons", "coupons", "L", "coupon", sizes=(100, 100)),
    listed(
        "coupon-codes",
        "coupon-codes",
        "XL",
        "coupon-code",
        sizes=(100, 100),
        filters={
            "coupon.id": ANY,
            "profile.id": ANY,
            "status": ("equals",),
            "expires_at": RANGE,
        },
        needs=("coupon.id", "profile.id"),
        relations={"coupon": "coupon"},
    ),
    listed(
        "forms",
        "forms",
        "S",
        "form",
        sizes=(20, 100),
        filters={
            "id": ANY,
            "name": ("any", "contains", "equals"),
            "ab_test": ("equals",),
            "updated_at": RANGE,
            "created_at": RANGE,
            "status": ("equals",),
        },
        sorts=("created_at", "updated_at"),
    ),
    listed(
        "images",
        "images",
        "M",
        "image",
        sizes=(20, 100),
        filters={
            "id": ANY,
            "updated_at": RANGE,
            "format": ANY,
            "name": ("any", *NAME),
            "size": RANGE,
            "hidden": ANY,
        },
        sorts=("format", "id", "name", "size", "updated_at"),
    ),
    *(
        listed(
            f"catalog-{what}",
            "catalogs",
            "XL",
            kind,
            sizes=(100, 100),
            filters={"ids": ("any",)},
            sorts=("created",),
        )
        for what, kind in (
            ("items", "catalog-item"),
            ("variants", "catalog-variant"),
            ("categories", "catalog-category"),
        )
    ),
    Route(
        "/api/metric-aggregates",
        "metric_aggregates",
        ("metrics:read",),
        "S",
        method="POST",
        pages=False,
    ),
    report("campaign_values", "campaigns"),
    report("flow_values", "flows"),
    report("flow_series", "flows"),
    report("form_values", "forms"),
    report("form_series", "forms"),
    report("segment_values", "segments"),
    report("segment_series", "segments"),
)
