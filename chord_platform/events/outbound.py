"""Requests to addresses that a user wrote down: guarded, short of patience, their answers judged.

Belongs here: what every HTTP destination needs. Does not belong here: a vendor's own answers.

An address is judged when the connection stands, by the peer it was made to: a name that resolves
to something else a moment later, or an odd spelling of 127.0.0.1, gets no further than that.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from chord_platform.events.destination_type import (
    DestinationDown,
    DestinationGone,
    EventsRefused,
    SettingsRejected,
)

TIMEOUT_SECONDS = (5, 30)
USER_AGENT = "chord-dagster/0.1"
LONGEST_SAID = 300
PRIVATE = "it resolves to an address inside this network"
WRONG_SETTINGS = {401, 403, 404, 405}
COME_BACK = {408, 425, 429, 503}


def address_problem(url: str) -> str | None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "is not an address like https://example.com/path"
    return "must not hold a user or password" if "@" in parts.netloc else None


def new_session(*, allows_private: bool) -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = USER_AGENT
    if not allows_private:
        session.mount("http://", GuardedAdapter())
        session.mount("https://", GuardedAdapter())
    return session


def post(
    session: requests.Session, url: str, *, body: bytes, headers: Mapping[str, str]
) -> requests.Response:
    """The answer when it is a 2xx, else one of the errors that `Sender.send` may raise."""
    try:
        answer = session.post(
            url,
            data=body,
            headers={"Content-Type": "application/json", **headers},
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,  # a redirect could lead where the address itself may not
        )
    except requests.RequestException as error:
        if PRIVATE in str(error):
            raise SettingsRejected(
                f"{urlsplit(url).hostname} was not asked: {PRIVATE}",
                hint="Give a public address, or --set private_network=allow.",
            ) from error
        raise DestinationDown(f"no answer ({reason_of(error)})") from error
    judge(answer)
    return answer


def judge(answer: requests.Response) -> None:
    status = answer.status_code
    if 200 <= status < 300:
        return
    said = f"it answered {status}{said_in(answer)}"
    if status == 410:
        raise DestinationGone(said)
    if status in WRONG_SETTINGS:
        raise SettingsRejected(said, hint="Check its address and its key.")
    if status in COME_BACK or status >= 500:
        raise DestinationDown(
            said,
            retry_after=retry_after(answer.headers.get("Retry-After")),
            may_be_the_event=status not in COME_BACK,
        )
    if status < 400:
        raise SettingsRejected(
            f"{said}: it wants the request elsewhere", hint="Give the address it points to."
        )
    raise EventsRefused(said)


def said_in(answer: requests.Response) -> str:
    text = " ".join(answer.text[:LONGEST_SAID].split())
    return f": {text}" if text else ""


def retry_after(header: str | None, *, now: datetime | None = None) -> timedelta | None:
    """Seconds or a date; what is neither, or lies behind us, says nothing."""
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            at = parsedate_to_datetime(header)
        except (TypeError, ValueError):
            return None
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        seconds = (at - (now or datetime.now(UTC))).total_seconds()
    return timedelta(seconds=min(seconds, 86_400)) if seconds > 0 else None


def reason_of(error: requests.RequestException) -> str:
    """Without the address, which may hold a token in its path."""
    if isinstance(error, requests.Timeout):
        return "it took too long"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted"
    return "no connection"


def refuse_private(found: socket.socket, connection: HTTPConnection) -> socket.socket:
    peer = ipaddress.ip_address(found.getpeername()[0].partition("%")[0])
    mapped = getattr(peer, "ipv4_mapped", None)
    if not (mapped or peer).is_global:
        found.close()
        raise NewConnectionError(connection, PRIVATE)
    return found


class GuardedConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return refuse_private(super()._new_conn(), self)


class GuardedSecureConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return refuse_private(super()._new_conn(), self)


class GuardedPool(HTTPConnectionPool):
    ConnectionCls = GuardedConnection  # pyright: ignore[reportAssignmentType]


class GuardedSecurePool(HTTPSConnectionPool):
    ConnectionCls = GuardedSecureConnection  # pyright: ignore[reportAssignmentType]


class GuardedAdapter(HTTPAdapter):
    """Behind a proxy the proxy decides what may be reached: its pools are its own."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": GuardedPool,
            "https": GuardedSecurePool,
        }
