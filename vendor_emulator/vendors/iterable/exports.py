"""Iterable's exports: jobs that queue, run and leave files, and the direct stream.

Belongs here: what an export holds and when it is ready. Does not belong here: limits, the key
(`service.py`), records.

Four jobs run at a time, the others wait. A finished job's files lie with another host, at addresses
that hold for half an hour and need no key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import orjson

from vendor_emulator.vendors import Answer, Asked, json_answer
from vendor_emulator.vendors.iterable.records import Record
from vendor_emulator.vendors.iterable.trouble import FAULTS, Refused

if TYPE_CHECKING:
    from vendor_emulator.vendors.iterable.service import Iterable

JSON_LINES = "application/x-json-stream"
EXPORTABLE = (
    *("emailSend", "emailOpen", "emailClick", "hostedUnsubscribeClick", "emailComplaint"),
    *("emailBounce", "emailSendSkip", "emailSubscribe", "emailUnSubscribe"),
    *("pushSend", "pushOpen", "pushUninstall", "pushBounce", "pushSendSkip"),
    *("inAppSend", "inAppOpen", "inAppClick", "inAppClose", "inAppDelete", "inAppDelivery"),
    *("inAppSendSkip", "inAppRecall", "inboxSession", "inboxMessageImpression"),
    *("smsSend", "smsBounce", "smsClick", "smsReceived", "smsSendSkip", "smsUsageInfo"),
    *("webPushSend", "webPushClick", "webPushSendSkip", "rcsSend", "rcsSendSkip"),
    *("purchase", "customEvent", "user", "journeyExit", "unknownSession"),
    *("embeddedSend", "embeddedSendSkip", "embeddedClick", "embeddedReceived"),
    *("embeddedImpression", "embeddedSession"),
    *("whatsAppBounce", "whatsAppClick", "whatsAppReceived", "whatsAppSeen", "whatsAppSend"),
    *("whatsAppSendSkip", "whatsAppUsageInfo"),
)
START_FIELDS = frozenset(
    {"outputFormat", "dataTypeName", "startDateTime", "endDateTime", "campaignId"}
    | {"delimiter", "omitFields", "onlyFields"}
)
TIME = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)( [+-]\d\d:\d\d)?")
PROJECT_ZONE = timezone(timedelta(hours=-5))
JOBS_AT_ONCE = 4
ADDRESS_HOLDS = 1800.0
ROWS_PER_FILE, FILES_PER_PAGE, JOB_SECONDS = 20_000, 100, 1.0


@dataclass
class Job:
    kind: str
    since: datetime
    until: datetime
    starts: float
    ends: float
    files: list[bytes] | None = None


@dataclass
class Exports:
    service: Iterable
    jobs: dict[int, Job] = field(default_factory=dict)

    def start(self, asked: Asked) -> Answer:
        try:
            body = orjson.loads(asked.body)
        except orjson.JSONDecodeError:
            raise Refused(400, "BadJsonBody", "Invalid JSON body") from None
        if not isinstance(body, dict) or body.keys() - START_FIELDS:
            raise Refused(400, "BadParams", "Unknown field in the body")
        kind = self.kind(body.get("dataTypeName"))
        if body.get("outputFormat") not in (JSON_LINES, "text/csv"):
            raise Refused(400, "BadParams", "Invalid outputFormat")
        since = moment(body.get("startDateTime") or "")
        until = moment(body.get("endDateTime") or "")
        if until <= since:
            raise Refused(400, "BadParams", "endDateTime must be after startDateTime")
        now = self.service.clock.seconds()
        running = sorted(job.ends for job in self.jobs.values() if job.ends > now)
        starts = now if len(running) < JOBS_AT_ONCE else running[-JOBS_AT_ONCE]
        number = 7_000_000 + len(self.jobs)
        seconds = self.service.options.get("job_seconds", JOB_SECONDS)
        self.jobs[number] = Job(kind, since, until, starts, starts + seconds)
        return json_answer({"jobId": number})

    def kind(self, name: object) -> str:
        if name not in EXPORTABLE:
            raise Refused(400, "BadParams", "Invalid dataTypeName")
        if name in self.service.options.get("without", ()):
            raise Refused(401, "BadApiKey", "Invalid API key")
        return str(name)

    def files(self, number: int, asked: Asked) -> Answer:
        job = self.jobs.get(number)
        if job is None:
            raise Refused(400, "BadParams", "Job not found")
        if set(asked.query) - {"startAfter"}:
            raise Refused(400, "BadParams", "Unknown parameter")
        now = self.service.clock.seconds()
        if now < job.ends:
            state = "Enqueued" if now < job.starts else "Running"
            return self.told(number, state, [])
        if job.files is None:
            rows = self.service.world.exported(job.kind, job.since, job.until)
            size = self.service.options.get("rows_per_file", ROWS_PER_FILE)
            job.files = [lines(rows[at : at + size]) for at in range(0, len(rows), size)]
        names = [f"file-{place:06d}.json" for place in range(len(job.files))]
        page = [name for name in names if name > asked.query.get("startAfter", "")]
        page = page[: self.service.options.get("files_per_page", FILES_PER_PAGE)]
        expires = int(now + ADDRESS_HOLDS)
        listed = [
            {
                "file": name,
                "url": f"{asked.base_url}/_storage/{number}/{name}?X-Expires={expires}&X-Signature="
                f"{signature(number, name, expires)}",
            }
            for name in page
        ]
        return self.told(number, "Completed", listed)

    def told(self, number: int, state: str, files: list[Record]) -> Answer:
        return json_answer(
            {"jobId": number, "jobState": state, "exportTruncated": False, "files": files}
        )

    def file(self, asked: Asked) -> Answer:
        _, _, number, name = asked.path.split("/")
        expires = asked.query.get("X-Expires", "0")
        is_good = asked.query.get("X-Signature") == signature(int(number), name, int(expires))
        job = self.jobs.get(int(number))
        if not is_good or job is None or self.service.clock.seconds() > int(expires):
            return FAULTS["address-expired"]
        place = int(name.removeprefix("file-").removesuffix(".json"))
        return Answer(body=(job.files or [])[place], media_type=JSON_LINES)

    def directly(self, asked: Asked) -> Answer:
        kind = self.kind(asked.query.get("dataTypeName"))
        if "range" in asked.query:
            raise Refused(400, "BadParams", "This project exports by startDateTime alone")
        since = moment(asked.query.get("startDateTime", ""))
        until = moment(asked.query.get("endDateTime", ""))
        rows = self.service.world.exported(kind, since, until)
        body = lines(rows)
        most = self.service.options.get("cut_above")
        if most is not None and len(rows) > most:
            body = body[: len(body) // 2 + 7]
        return Answer(body=body, media_type=JSON_LINES)


def lines(rows: list[Record]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def signature(number: int, name: str, expires: int) -> str:
    return f"{hash((number, name, expires)) % 2**64:016x}"


def moment(text: str) -> datetime:
    """Without an offset a time is read in the project's own zone."""
    match = TIME.fullmatch(text)
    if match is None:
        raise Refused(400, "BadParams", "Dates are yyyy-MM-dd HH:mm:ss [ZZ]")
    time = datetime.fromisoformat(match[1] + (match[2] or "").strip())
    return (time if time.tzinfo else time.replace(tzinfo=PROJECT_ZONE)).astimezone(UTC)
