"""Serves the emulated vendors over real sockets.

Belongs here: starting, stopping, taking requests to vendors, applying faults, the index page.
Does not belong here: what a vendor says (`vendors/`), which fault comes when (`faults.py`).

    with Emulator(orders=200, seed=1) as emulator:
        requests.get(emulator.base_url("shopify") + "/...")
"""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.responses import StreamingResponse as Stream
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from vendor_emulator.business import DEFAULT_TODAY, Business
from vendor_emulator.clock import Clock
from vendor_emulator.faults import Fault, Faults, garbled
from vendor_emulator.index_page import index_page
from vendor_emulator.recorder import Recorded, Recorder
from vendor_emulator.vendors import Answer, Asked, Opening, Service, find_vendor, find_vendors

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


class Emulator:
    """One business, shown by every HTTP vendor on one address."""

    def __init__(
        self,
        *,
        orders: int = 2000,
        seed: int = 1,
        today: date = DEFAULT_TODAY,
        port: int = 0,
        host: str = "127.0.0.1",
        business: Business | None = None,
        clock: Clock | None = None,
        options: Mapping[str, Mapping[str, Any]] | None = None,
        vendors: Collection[str] | None = None,
    ) -> None:
        """`options` are by vendor: `{"shopify": {"plan": "plus"}}`; `vendors` are those served."""
        self.business = business or Business(seed=seed, orders=orders, today=today)
        self._first_business = self.business
        self.clock = clock or Clock(self.business.now)
        self.faults = Faults()
        self.requests = Recorder()
        self.host = host
        self._port = port
        self._options = options or {}
        wanted = find_vendors() if vendors is None else {one: find_vendor(one) for one in vendors}
        self._vendors = {name: one for name, one in wanted.items() if one is not None}
        self._services: dict[str, Service] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="vendor-emulator-")
        self._thread: threading.Thread | None = None
        self._server: uvicorn.Server | None = None
        self._socket: socket.socket | None = None

    # ------------------------------------------------------------------ for tests and the demo

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self._port}"

    def base_url(self, vendor: str) -> str:
        return f"{self.url}/{vendor}"

    def credentials(self, vendor: str) -> dict[str, str]:
        return self.vendor(vendor).credentials(self.base_url(vendor))

    def vendor(self, name: str) -> Any:
        """The vendor's own mutable world; its type is the vendor's."""
        if name not in self._services:
            vendor = self._vendors[name]
            folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self._folder.name))
            options = self._options.get(name, {})
            opening = Opening(self.business, self.clock, folder, options)
            self._services[name] = vendor.open(opening)
        return self._services[name]

    def next_day(self, *, stamped_at: datetime | None = None) -> None:
        """The business lives one day more, and every vendor shows what changed.

        Without `stamped_at` the clock moves on a day and changes carry the business's own times;
        with it (a demo that runs on the machine's clock) all of them were made at that moment.
        """
        services = [self.vendor(name) for name in self._vendors]
        self.business = self.business.next_day()
        changes = self.business.changes
        if stamped_at is None:
            self.clock.advance(86_400)
        for service in services:
            if changes is not None:
                service.next_day(self.business, changes, stamped_at=stamped_at)

    def reset(self) -> None:
        """As on the first day, on the same address: every vendor's world is made anew."""
        for service in self._services.values():
            service.close()
        self._services.clear()
        self.business = self._first_business
        self.clock.restart()
        self.faults.clear()
        self.requests.clear()

    # ------------------------------------------------------------------ running

    def __enter__(self) -> Emulator:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listens on return: the socket is bound here, and connections wait in its queue."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((self.host, self._port))
        self._socket.listen(128)
        self._port = self._socket.getsockname()[1]
        config = uvicorn.Config(
            self.application(),
            log_level="critical",  # a scripted cut-off would print a traceback each time
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
            timeout_keep_alive=75,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="vendor-emulator", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=10)
        if self._socket is not None:
            self._socket.close()
        for service in self._services.values():
            service.close()
        self._folder.cleanup()

    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self._index),
                Route("/_emulator/{what}", self._control, methods=["GET", "POST"]),
                Route("/{vendor}/{path:path}", self._serve, methods=METHODS),
            ]
        )

    # ------------------------------------------------------------------ requests

    async def _index(self, _: Request) -> Response:
        return HTMLResponse(index_page(self._vendors, self.url, self.business))

    async def _control(self, request: Request) -> Response:
        """Scripts faults from another process, where no Python object can be reached."""
        what = request.path_params["what"]
        if request.method == "POST" and what == "faults":
            asked = await request.json()
            vendor = asked.get("vendor")
            for step in asked.get("always", ()):
                self.faults.always(asked["match"], step, vendor=vendor)
            if steps := asked.get("steps"):
                self.faults.script(asked["match"], *steps, vendor=vendor)
        elif request.method == "POST" and what == "clear":
            self.faults.clear()
        elif request.method == "POST" and what == "next-day":
            self.next_day()
        elif what == "requests":
            counts: dict[str, int] = {}
            for one in self.requests:
                key = " ".join((one.vendor, one.method, one.path, *one.names))
                counts[key] = counts.get(key, 0) + 1
            return JSONResponse(counts)
        elif what == "credentials":
            return JSONResponse({name: self.credentials(name) for name in self._vendors})
        else:
            return JSONResponse({"error": f"there is no {request.method} {what}"}, status_code=404)
        return JSONResponse({"today": self.business.today.isoformat()})

    async def _serve(self, request: Request) -> Response:
        name = request.path_params["vendor"]
        if name not in self._vendors:
            return JSONResponse({"error": f"no vendor {name!r} here"}, status_code=404)
        service: Service = self.vendor(name)
        asked = Asked(
            method=request.method,
            path="/" + request.path_params["path"],
            query=dict(request.query_params),
            params=tuple(request.query_params.multi_items()),
            headers={key.lower(): value for key, value in request.headers.items()},
            body=await request.body(),
            base_url=f"{request.url.scheme}://{request.url.netloc}/{name}",
        )
        names = service.names(asked)
        fault = self.faults.take(name, asked.path, names)
        if isinstance(fault, Fault) and fault.seconds:
            await asyncio.sleep(fault.seconds)
        answer = _answer(service, asked, fault if isinstance(fault, Fault) else None)
        if fault is not None and not isinstance(fault, Fault):
            fault()
        self.requests.add(
            Recorded(
                vendor=name,
                method=asked.method,
                path=asked.path,
                names=names,
                body=asked.body,
                status=answer.status,
                answer=None if answer.file else answer.body,
                fault=fault.kind if isinstance(fault, Fault) else None,
                params=asked.params,
                headers=asked.headers,
                answer_headers=dict(answer.headers),
                media_type=answer.media_type,
            )
        )
        return _respond(answer, fault.kind if isinstance(fault, Fault) else "")


def _answer(service: Service, asked: Asked, fault: Fault | None) -> Answer:
    if fault is None:
        return service.answer(asked)
    if fault.kind == "status":
        own = service.fault(str(fault.status), asked) or Answer(body=b'{"errors":"scripted"}')
        # Only what the script says about waiting counts, or no test could leave it out.
        kept = {key: value for key, value in own.headers.items() if key.lower() != "retry-after"}
        body = own.body if fault.body is None else fault.body
        return Answer(
            status=fault.status,
            body=body,
            headers={**kept, **fault.headers},
            media_type=own.media_type,
        )
    if own := service.fault(fault.kind, asked):
        return own
    answer = service.answer(asked)
    body = answer.file.read_bytes() if answer.file else answer.body
    if (changed := garbled(fault.kind, body)) is None:
        return answer
    return Answer(
        status=200,
        body=changed[0],
        headers={**answer.headers, **changed[1]},
        media_type=changed[1].get("content-type", answer.media_type),
    )


def _respond(answer: Answer, fault: str) -> Response:
    headers = dict(answer.headers)
    if fault in ("truncated", "truncated-chunked"):
        body = answer.file.read_bytes() if answer.file else answer.body
        if fault == "truncated":
            headers["content-length"] = str(len(body))
        return CutOff(_half(body), answer.status, headers, answer.media_type)
    if answer.file is not None:
        return FileResponse(answer.file, media_type=answer.media_type, headers=headers)
    return Response(answer.body, answer.status, headers, answer.media_type)


async def _half(body: bytes) -> AsyncIterator[bytes]:
    yield body[: len(body) // 2]
    await asyncio.sleep(0.01)  # lets the half leave before the connection goes
    raise ConnectionAbortedError("scripted")


class CutOff(Stream):
    """Sends half and ends the connection; the server closes it because the sender failed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(ConnectionAbortedError, ExceptionGroup):
            await self.stream_response(send)
        raise ConnectionAbortedError("scripted")
