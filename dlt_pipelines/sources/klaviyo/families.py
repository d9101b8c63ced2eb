"""Campaigns with their messages, flows with their steps and what those send.

Belongs here: parents that bring their children along. Does not belong here: records that stand
alone (`listings.py`).

Messages of campaigns and actions of flows come along with their parents' pages (`include`): a
request for a hundred campaigns instead of one for each. Where a relation names one that did not
come, it is asked for.
"""

from __future__ import annotations

from typing import Any

from dlt_pipelines.connector import Window
from dlt_pipelines.records import raw_table
from dlt_pipelines.sources.klaviyo.client import Client, Missing, ScopeMissing
from dlt_pipelines.sources.klaviyo.history import Reading
from dlt_pipelines.sources.klaviyo.listings import (
    CAMPAIGNS,
    FLOWS,
    Record,
    at_once,
    children_of,
    every,
    sized,
    skipped,
)
from dlt_pipelines.sources.klaviyo.tables import BY_NAME
from dlt_pipelines.streams import rows_of

SENDS = "send-"


def read_campaigns(client: Client, window: Window) -> Reading:
    try:
        for body in CAMPAIGNS.bodies(client, window):
            campaigns = body["data"]
            messages = [
                {**message, "campaign_id": campaign["id"]}
                for campaign in campaigns
                for message in messages_of(client, body, campaign)
            ]
            tasks = [lambda id=campaign["id"]: estimation(client, id) for campaign in campaigns]
            estimations = [found for found in at_once(client, tasks) if found is not None]
            yield table_of(client, "campaigns", campaigns)
            yield child_of(client, "campaign_messages", messages)
            yield child_of(client, "campaign_recipient_estimations", estimations)
    except ScopeMissing as refused:
        return skipped(client, "campaigns", refused)
    return None


def messages_of(client: Client, body: Record, campaign: Record) -> list[Record]:
    found = children_of(body, campaign, "campaign-messages", "campaign-message")
    if found is not None:
        return found
    path = f"/api/campaigns/{campaign['id']}/campaign-messages"
    return every(client.pages("/api/campaigns/id/campaign-messages", path))


def estimation(client: Client, campaign_id: str) -> Record | None:
    endpoint = "/api/campaign-recipient-estimations"
    try:
        found = client.get(endpoint, f"{endpoint}/{campaign_id}")["data"]
    except Missing:  # nobody has asked Klaviyo to estimate this one
        return None
    return {**found, "campaign_id": campaign_id}


def read_flows(client: Client, window: Window) -> Reading:
    try:
        for body in FLOWS.bodies(client, window):
            flows = body["data"]
            actions = [
                {**action, "flow_id": flow["id"]}
                for flow in flows
                for action in actions_of(client, body, flow)
            ]
            tasks = [
                lambda each=action: sent_by(client, each) for action in actions if sends(action)
            ]
            messages = [each for found in at_once(client, tasks, workers=3) for each in found]
            yield table_of(client, "flows", flows)
            yield child_of(client, "flow_actions", actions)
            yield child_of(client, "flow_messages", messages)
    except ScopeMissing as refused:
        return skipped(client, "flows", refused)
    return None


def actions_of(client: Client, body: Record, flow: Record) -> list[Record]:
    found = children_of(body, flow, "flow-actions", "flow-action")
    if found is not None:
        return found
    path = f"/api/flows/{flow['id']}/flow-actions"
    return every(client.pages("/api/flows/id/flow-actions", path, sized(50)))


def sends(action: Record) -> bool:
    """Delays and splits have no messages; a kind that is not told may."""
    kind = ((action.get("attributes") or {}).get("definition") or {}).get("type")
    return kind is None or kind.startswith(SENDS) or kind == "content-experiment"


def sent_by(client: Client, action: Record) -> list[Record]:
    path = f"/api/flow-actions/{action['id']}/flow-messages"
    pages = client.pages("/api/flow-actions/id/flow-messages", path, sized(50))
    try:
        return [
            {**message, "flow_action_id": action["id"], "flow_id": action["flow_id"]}
            for message in every(pages)
        ]
    except Missing:  # the step was removed while the flow was read
        return []


def table_of(client: Client, name: str, records: list[Record]) -> Any:
    return raw_table(BY_NAME[name], records, client.settings.report)


def child_of(client: Client, name: str, records: list[Record]) -> Any:
    return rows_of(BY_NAME[name], table_of(client, name, records))
