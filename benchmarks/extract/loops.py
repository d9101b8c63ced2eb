"""What one writes in an hour: requests, orjson, and an upsert of each page into DuckDB.

Belongs here: one plain loop a vendor, without limits, retries, history or resuming.
Does not belong here: what it is compared with (`work.py`).

Each leaves the columns behind that the connector declares, typed, and the vendor's record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.shopify_extract import loop as shopify_loop

Loop = Iterator[int]
ROWS_AT_ONCE = 5000
DAYS_AT_ONCE = 6
HISTORY_DAYS = 155


class Target:
    """One table of a DuckDB file; `columns` are names and types, the payload beside them."""

    def __init__(
        self, folder: str, columns: Mapping[str, str], key: Sequence[str], *, name: str = "rows"
    ) -> None:
        import duckdb
        import pyarrow as pa

        self.con = duckdb.connect(str(Path(folder) / f"{name}.duckdb"))
        self.names = [*columns, "payload"]
        body = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self.con.execute(
            f"create table target ({body}, payload json, primary key ({', '.join(key)}))"
        )
        self.waiting: list[pa.Table] = []
        # Start-up: what DuckDB imports and loads when it sees its first Arrow table and time.
        self.con.register("came", pa.table({"day": ["2026-01-01"], "payload": ["{}"]}))
        self.con.execute("select day::timestamptz, payload::json from came").fetchall()
        self.con.unregister("came")

    def upsert(self, columns: Sequence[Sequence[Any]], records: Sequence[Any]) -> None:
        import orjson
        import pyarrow as pa

        payload = pa.array([orjson.dumps(record) for record in records], pa.binary())
        arrays = [*(pa.array(values) for values in columns), payload.cast(pa.string())]
        self.waiting.append(pa.table(arrays, self.names))
        if sum(map(len, self.waiting)) >= ROWS_AT_ONCE:
            self.write()

    def write(self) -> None:
        import pyarrow as pa

        if self.waiting:
            self.con.register("came", pa.concat_tables(self.waiting, promote_options="permissive"))
            self.con.execute("insert or replace into target select * from came")
            self.con.unregister("came")
            self.waiting.clear()

    def close(self) -> None:
        self.write()
        self.con.close()


def klaviyo(values: dict[str, str], folder: str, **_: Any) -> Loop:
    import orjson
    import requests

    session = requests.Session()
    session.headers["Authorization"] = f"Klaviyo-API-Key {values['api_key']}"
    session.headers["revision"] = "2026-07-15"
    columns = {
        "id": "varchar",
        "datetime": "timestamptz",
        "metric_id": "varchar",
        "profile_id": "varchar",
    }
    target = Target(folder, columns, ["id"])
    url = f"{values['base_url']}/api/events"
    params: Any = {"include": "attributions", "page[size]": "1000", "sort": "datetime"}
    yield 0
    seen = 0
    while url:
        page = orjson.loads(session.get(url, params=params).content)
        data = page["data"]
        if data:
            target.upsert(
                [
                    [each["id"] for each in data],
                    [each["attributes"]["datetime"] for each in data],
                    [each["relationships"]["metric"]["data"]["id"] for each in data],
                    [each["relationships"]["profile"]["data"]["id"] for each in data],
                ],
                data,
            )
        seen += len(data)
        url, params = page["links"]["next"], None
    target.close()
    yield seen


def zendesk(values: dict[str, str], folder: str, **_: Any) -> Loop:
    """Tickets with their metrics, in two tables: the connector brings both."""
    import orjson
    import requests

    session = requests.Session()
    session.auth = (f"{values['email']}/token", values["api_token"])
    times = {"updated_at": "timestamptz", "created_at": "timestamptz"}
    columns = {"id": "varchar", **times, "generated_timestamp": "bigint"}
    of_metrics = {"id": "varchar", "ticket_id": "varchar", **times}
    tickets = Target(folder, columns, ["id"])
    metrics = Target(folder, of_metrics, ["id"], name="metrics")
    url = f"{values['base_url']}/api/v2/incremental/tickets/cursor"
    always = {"per_page": "1000", "include": "metric_sets"}
    params = {**always, "start_time": "1000000000"}
    yield 0
    seen = 0
    while True:
        page = orjson.loads(session.get(url, params=params).content)
        data = page["tickets"]
        sets = [each.pop("metric_set") for each in data]
        if data:
            tickets.upsert([[each[name] for each in data] for name in columns], data)
            metrics.upsert([[each[name] for each in sets] for name in of_metrics], sets)
        seen += len(data)
        if page["end_of_stream"]:
            break
        params = {**always, "cursor": page["after_cursor"]}
    tickets.close()
    metrics.close()
    yield seen


def google_ads(values: dict[str, str], folder: str, now: str, accounts: list[list[str]]) -> Loop:
    import orjson
    import requests

    from dlt_pipelines.sources.google_ads.reports import REPORTS

    shape = next(each for each in REPORTS if each.table.name == "ad_daily")
    types = {"bigint": "bigint", "micros": "bigint", "date": "date", "double": "double"}
    types["decimal"] = "decimal(18, 6)"
    selected = shape.query.columns
    columns = {"account_id": "varchar"}
    columns |= {column.name: types.get(column.kind, "varchar") for column in selected}
    target = Target(folder, columns, shape.table.primary_key)
    session = requests.Session()
    form = {name: values[name] for name in ("client_id", "client_secret", "refresh_token")}
    token = session.post(values["token_url"], data={**form, "grant_type": "refresh_token"}).json()
    session.headers["Authorization"] = f"Bearer {token['access_token']}"
    session.headers["developer-token"] = values["developer_token"]
    session.headers["Content-Type"] = "application/json"
    yield 0
    seen = 0
    today = date.fromisoformat(now[:10]) + timedelta(days=1)
    for account, manager in accounts:
        url = f"{values['base_url']}/v26/customers/{account}/googleAds:searchStream"
        for back in range(HISTORY_DAYS, -1, -DAYS_AT_ONCE):
            first = today - timedelta(days=back)
            last = min(first + timedelta(days=DAYS_AT_ONCE - 1), today)
            for condition in shape.query.filters:
                query = shape.query.of_days(first, last, condition)
                answer = session.post(
                    url,
                    params={"prettyPrint": "false"},
                    data=orjson.dumps({"query": query}),
                    headers={"login-customer-id": manager},
                )
                for chunk in orjson.loads(answer.content):
                    if data := chunk.get("results"):
                        found = [at_path(data, column.path) for column in selected]
                        target.upsert([[account] * len(data), *found], data)
                        seen += len(data)
    target.close()
    yield seen


def at_path(rows: Sequence[Any], path: Sequence[str]) -> Sequence[Any]:
    for step in path[:-1]:
        rows = [row.get(step, {}) for row in rows]
    return [row.get(path[-1]) for row in rows]


def shopify(values: dict[str, str], folder: str, **_: Any) -> Loop:
    """Orders and their lines, in two tables, as the connector asks for them."""
    yield from shopify_loop(values, folder)
