"""`POST /webhooks/shopify/{connection}`: a store's orders, refunds, checkouts and customers.

Belongs here: whose webhook it is, storing it, the answer. Does not belong here: what becomes of it
(`events/shopify_webhooks`, worked by Dagster).

Shopify waits for five seconds, repeats for four hours, and removes a subscription that failed eight
times in a row: 200 is said when the delivery is on disk, and nothing else is done before.
"""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from chord_platform.bootstrap import Platform
from chord_platform.errors import UnknownConnection
from chord_platform.events.shopify_webhooks import key_of
from chord_platform.gateway.bodies import Bodies
from chord_platform.gateway.webhook_request import received, unauthorised
from chord_platform.webhooks.delivery import Arrived
from chord_platform.webhooks.incoming import ShopifyHeaders, delivery_id
from chord_platform.webhooks.receiving import Receiving
from chord_platform.webhooks.refusals import Refusals
from chord_platform.webhooks.signatures import shopify_signature_matches

SECRETS = ("client_secret", "webhook_secret")


def routes(platform: Platform) -> list[BaseRoute]:
    receiver = Receiver(platform)
    return [Route("/webhooks/shopify/{connection}", receiver.receive, methods=["POST"])]


class Receiver:
    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.refusals = Refusals(platform.store)
        self.receiving = Receiving(platform.deliveries)
        self.bodies = Bodies()

    async def receive(self, request: Request) -> Response:
        name = request.path_params["connection"]
        return await received(
            request, self.bodies, lambda headers, body: self.store(name, headers, body)
        )

    def store(self, name: str, headers: dict[str, str], body: bytes) -> Response:
        now, said = datetime.now(UTC), ShopifyHeaders.of(headers)
        refused = self.refused(name, said, body)
        if refused is not None:
            receiver, reason, detail = refused
            self.refusals.count(receiver, reason, now=now, detail=detail)
            return unauthorised()
        topic = f"shopify_events:{name}"
        id = delivery_id(topic, subject=said.topic, event_id=said.event_id, body=body)
        self.receiving.receive(
            Arrived(
                id=id,
                topic=topic,
                key=key_of(said.topic, object_in(body), otherwise=id),
                subject=said.topic,
                headers=said.kept,
                body=body,
                received_at=now,
            )
        )
        return Response(status_code=200)

    def refused(self, name: str, said: ShopifyHeaders, body: bytes) -> tuple[str, str, str] | None:
        """Where, why, and a word for the log; None: it is what it says it is."""
        connections = self.platform.connections
        try:
            connection = connections.get(name)
        except UnknownConnection:
            return "shopify", "unknown connection", "Is the address of the webhook still right?"
        if connection.connector != "shopify" or connection.name != name:
            return "shopify", "unknown connection", "Only a Shopify connection takes webhooks."
        receiver = f"shopify_events:{name}"
        values = connections.values(name)
        secrets = [values[field] for field in SECRETS if values.get(field)]
        if not secrets:
            hint = f"Give one: chord connections set {name} --secret webhook_secret=env:VARIABLE"
            return receiver, "no secret", hint
        if not shopify_signature_matches(body, said.signature, secrets):
            hint = f"Webhook {said.event_id!r}: another secret, or the body was changed."
            return receiver, "signature", hint
        shop = values["shop"].lower().removesuffix(".myshopify.com")
        if said.shop and said.shop.removesuffix(".myshopify.com") != shop:
            return receiver, "another shop", f"It comes from {said.shop!r}."
        return None


def object_in(body: bytes) -> dict:
    """Empty where it is none: a signed body is kept whatever it holds."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
