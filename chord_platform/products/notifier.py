"""Tells a Slack channel what became of products.

Belongs here: sending, trying again, giving up quietly. Does not belong here: what a message says
(`slack_message.py`), whether there is anything to tell (`service.py`).

Nobody's sync fails because Slack does: the log has what could not be told. The channel's address is
a secret, and stands in no log.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from chord_platform.products.outcome import Outcome
from chord_platform.products.slack_message import message

log = logging.getLogger(__name__)

TRIES = 4
TIMEOUT_SECONDS = (5, 10)
LONGEST_WAIT = 10.0


class SlackNotifier:
    """broken: why the channel takes nothing any more; empty while it does."""

    def __init__(self, webhook_url: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.webhook_url = webhook_url
        self.sleep = sleep
        self.broken = ""

    def __repr__(self) -> str:
        return "SlackNotifier()"

    def tell(self, tenant: str, outcomes: Sequence[Outcome]) -> None:
        """One message for all of them. Raises nothing."""
        if not outcomes or self.broken:
            return
        try:
            problem = self.send(message(tenant, outcomes))
        except Exception as error:  # whatever it is, the sync it tells of is done
            problem = type(error).__name__
        if problem:
            log.warning(
                "Slack was not told of %s products of %s: %s", len(outcomes), tenant, problem
            )

    def send(self, body: object) -> str:
        """What went wrong; empty when the message is there."""
        import orjson
        import requests

        problem, wait = "", 0.0
        for attempt in range(TRIES):
            if attempt:
                self.sleep(min(LONGEST_WAIT, wait))
            wait = 2.0**attempt
            try:
                answer = requests.post(
                    self.webhook_url,
                    data=orjson.dumps(body),
                    headers={"Content-Type": "application/json"},
                    timeout=TIMEOUT_SECONDS,
                )
            except requests.RequestException as error:
                problem = type(error).__name__
                continue
            if answer.ok:
                return ""
            problem = f"{answer.status_code} {answer.text[:80]}"
            if answer.status_code != 429 and answer.status_code < 500:
                if answer.status_code in (403, 404, 410):
                    self.broken = problem
                return problem
            wait = seconds(answer.headers.get("Retry-After")) or wait
        return problem


def seconds(text: str | None) -> float:
    try:
        return max(0.0, float(text or ""))
    except ValueError:
        return 0.0
