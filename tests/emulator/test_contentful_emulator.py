"""The emulated content management API refuses what Contentful refuses."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import contentful_management
import pytest
import requests

from tests.conformance.coverage import Held
from tests.conformance.specs import read_spec
from vendor_emulator.server import Emulator
from vendor_emulator.vendors.contentful.hooks import signature_headers
from vendor_emulator.vendors.contentful.service import EDITOR_TOKEN, SPACE, TOKEN

OFF = {"contentful": {"limits": "off", "retry_seconds": 0.01, "signing_secret": "s" * 64}}
TYPE = "application/vnd.contentful.management.v1+json"


@pytest.fixture(scope="module")
def served() -> Iterator[Emulator]:
    with Emulator(orders=20, vendors=["contentful"], options=OFF) as emulator:
        yield emulator


class Client:
    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.base = emulator.base_url("contentful") + f"/spaces/{SPACE}"
        self.session = requests.Session()
        self.session.headers.update({"Authorization": f"Bearer {TOKEN}", "Content-Type": TYPE})

    @property
    def cms(self) -> Any:
        return self.emulator.vendor("contentful")

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        where = path if path.startswith("http") else f"{self.base}/environments/master/{path}"
        data = None if body is None else json.dumps(body)
        return self.session.request(method, where, data=data, headers=named, timeout=10)

    def put(self, path: str, body: Any = None, *, version: int | None = None, **headers: str):
        given = {} if version is None else {"X_Contentful_Version": str(version)}
        return self.ask("PUT", path, body, **given, **headers)


@pytest.fixture
def client(served: Emulator) -> Iterator[Client]:
    served.reset()
    made = Client(served)
    yield made
    made.session.close()
    assert Held("contentful").hold(served.requests) == []


def error(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["sys"]["id"]


NAME = {"fields": {"name": {"en-US": "Shirts"}, "slug": {"en-US": "shirts"}}}


def test_an_entry_goes_from_draft_to_published_to_changed_and_back(client: Client) -> None:
    made = client.put("entries/shirts", NAME, X_Contentful_Content_Type="productType")
    assert (made.status_code, made.json()["sys"]["version"]) == (201, 1)
    live = client.put("entries/shirts/published", version=1).json()["sys"]
    assert (live["version"], live["publishedVersion"], live["publishedCounter"]) == (2, 1, 1)
    changed = client.put("entries/shirts", NAME, version=2).json()["sys"]
    assert (changed["version"], changed["publishedVersion"]) == (3, 1)
    assert error(client.ask("DELETE", "entries/shirts")) == (400, "BadRequest")
    off = client.ask("DELETE", "entries/shirts/published").json()["sys"]
    assert "publishedVersion" not in off and off["publishedCounter"] == 1
    assert client.put("entries/shirts/archived", version=4).json()["sys"]["archivedVersion"] == 4
    assert client.ask("DELETE", "entries/shirts").status_code == 204


@pytest.mark.parametrize("version", [None, 7])
def test_a_stale_or_missing_version_is_refused_without_a_message(
    client: Client, version: int | None
) -> None:
    client.put("entries/shirts", NAME, X_Contentful_Content_Type="productType")
    answer = client.put("entries/shirts", NAME, version=version)
    assert answer.status_code == 409
    assert answer.json() == {"sys": {"type": "Error", "id": "VersionMismatch"}}


def test_a_put_replaces_everything(client: Client) -> None:
    client.put("entries/shirts", NAME, X_Contentful_Content_Type="productType")
    assert (
        client.put("entries/shirts", {"metadata": {"tags": []}}, version=1).json()["fields"] == {}
    )


def test_a_draft_may_lack_what_publishing_asks_for(client: Client) -> None:
    client.cms.create("product", "p", variants=[client.cms.entry("nowhere")], status="sold")
    answer = client.put("entries/p/published", version=1)
    assert answer.status_code == 422
    told = {(one["name"], one["path"][1]) for one in answer.json()["details"]["errors"]}
    assert told == {
        ("required", "name"),
        ("required", "slug"),
        ("notResolvable", "variants"),
        ("in", "status"),
    }


def test_unique_fields_collide_at_publishing(client: Client) -> None:
    for id_ in ("a", "b"):
        client.cms.create("variant", id_, name=id_, sku="SAME")
    client.cms.publish("a")
    answer = client.put("entries/b/published", version=1)
    (only,) = answer.json()["details"]["errors"]
    assert (only["name"], only["path"]) == ("unique", ["fields", "sku", "en-US"])


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"colour": {"en-US": "red"}}, "unknown"),
        ({"name": {"fr-FR": "Chemise"}}, "unknown"),
        ({"name": {"en-US": 5}}, "type"),
        ({"name": {"en-US": "x" * 257}}, "size"),
        ({"giftCard": {"en-US": "no"}}, "type"),
        (
            {"mainImage": {"en-US": {"sys": {"type": "Link", "linkType": "Entry", "id": "x"}}}},
            "type",
        ),
    ],
)
def test_what_a_content_type_does_not_know_cannot_be_saved(
    client: Client, fields: Any, name: str
) -> None:
    answer = client.put("entries/p", {"fields": fields}, X_Contentful_Content_Type="product")
    assert error(answer) == (422, "InvalidEntry")
    assert answer.json()["details"]["errors"][0]["name"] == name


def test_an_asset_is_processed_later_and_published_after_that(client: Client) -> None:
    client.cms.files.takes = 0.2
    file = {"fileName": "a b.jpg", "contentType": "image/jpeg", "upload": "https://x.test/a.jpg"}
    body = {"fields": {"title": {"en-US": "A"}, "file": {"en-US": file}}}
    assert client.put("assets/a", body).status_code == 201
    assert client.put("assets/a/files/en-US/process", version=1).status_code == 204
    assert client.put("assets/a/published", version=1).status_code == 422
    client.emulator.clock.advance(1)
    done = client.ask("GET", "assets/a").json()
    assert done["sys"]["version"] == 2
    assert done["fields"]["file"]["en-US"]["url"].startswith("//images.ctfassets.net/")
    assert client.put("assets/a/published", version=2).status_code == 200
    page = {**file, "contentType": "text/html"}
    wrong = client.put("assets/b", {"fields": {"title": {}, "file": {"en-US": page}}})
    assert wrong.status_code == 422


def test_entries_are_found_by_ids_fields_links_and_tags(client: Client) -> None:
    cms = client.cms
    tag = cms.tag("sale", "Sale")
    cms.create("variant", "v1", name="One", shopifyId="gid://shopify/ProductVariant/1")
    cms.create("product", "p1", name="P", slug="p", variants=[cms.entry("v1")], tags=[tag])
    cms.create("product", "p2", name="Q", slug="q")

    def ids(query: str) -> list[str]:
        return [one["sys"]["id"] for one in client.ask("GET", f"entries?{query}").json()["items"]]

    assert ids("sys.id[in]=p1,v1,zz&order=sys.id") == ["p1", "v1"]
    assert ids("content_type=product&fields.variants.sys.id[in]=v1") == ["p1"]
    assert ids("content_type=product&fields.slug=q") == ["p2"]
    assert ids("content_type=variant&fields.shopifyId[in]=gid://shopify/ProductVariant/1") == ["v1"]
    assert ids("metadata.tags.sys.id[in]=sale") == ["p1"]
    assert ids("links_to_entry=v1") == ["p1"]
    assert ids("sys.publishedVersion[exists]=true") == []
    page = client.ask("GET", "entries?limit=1&skip=1&order=sys.id&select=sys.id").json()
    assert (page["total"], page["items"]) == (3, [{"sys": {"id": "p2"}}])
    for refused in ("limit=1001", "fields.slug=q", "content_type=product&fields.nope=1", "x=1"):
        assert error(client.ask("GET", f"entries?{refused}")) == (400, "InvalidQuery")


def test_references_bring_what_an_entry_leads_to(client: Client) -> None:
    cms = client.cms
    image = cms.upload("i", file_name="i.jpg")
    cms.create("variant", "v1", name="One", mainImage=image)
    cms.create("product", "p1", name="P", slug="p", variants=[cms.entry("v1")])
    told = client.ask("GET", "entries/p1/references?include=3").json()
    assert [one["sys"]["id"] for one in told["items"]] == ["p1"]
    assert {
        kind: [one["sys"]["id"] for one in some] for kind, some in told["includes"].items()
    } == {
        "Entry": ["v1"],
        "Asset": ["i"],
    }


def test_a_tag_in_use_is_not_deleted(client: Client) -> None:
    tag = {"name": "Black Friday 50%", "sys": {"visibility": "public"}}
    assert client.put("tags/black-friday", tag).status_code == 201
    client.cms.create("product", "p", tags=["black-friday"])
    gone = client.ask("DELETE", "tags/black-friday", X_Contentful_Version="1")
    assert error(gone) == (422, "ActionPreconditionsFailed")
    body = {"metadata": {"tags": [{"sys": {"type": "Link", "linkType": "Tag", "id": "none"}}]}}
    assert client.put("entries/p", body, version=1).status_code == 422


def test_a_key_that_is_not_known_is_refused(client: Client) -> None:
    assert error(client.ask("GET", "entries", Authorization="Bearer x"))[0] == 401
    me = client.ask("GET", client.emulator.base_url("contentful") + "/users/me")
    assert me.json()["sys"]["type"] == "User"


def test_the_eighth_request_of_a_second_is_too_many() -> None:
    with Emulator(orders=20, vendors=["contentful"]) as emulator:
        client = Client(emulator)
        answers = [client.ask("GET", "locales") for _ in range(8)]
    assert [one.status_code for one in answers] == [200] * 7 + [429]
    assert answers[0].headers["X-Contentful-RateLimit-Second-Remaining"] == "6"
    assert answers[7].headers["X-Contentful-RateLimit-Reset"] == "1"


class Listener(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Heard)
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/sync"


class Heard(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Listener)
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append((headers, body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.shutdown()
    made.server_close()


def hook(url: str, **more: Any) -> dict[str, Any]:
    return {
        "name": "sync",
        "url": url,
        "topics": ["Entry.publish", "Entry.unpublish", "Entry.delete"],
        "headers": [{"key": "x-api-key", "value": "k", "secret": True}],
        "filters": [
            {"equals": [{"doc": "sys.environment.sys.id"}, "master"]},
            {"in": [{"doc": "sys.contentType.sys.id"}, ["product", "variant"]]},
        ],
        **more,
    }


def test_webhooks_tell_of_publishing_and_leave_a_tombstone(
    client: Client, listener: Listener
) -> None:
    made = client.ask("POST", client.base + "/webhook_definitions", hook(listener.url))
    assert made.status_code == 201
    assert "value" not in made.json()["headers"][0]
    cms = client.cms
    cms.create("productType", "t", name="Shirts", slug="shirts")
    cms.create("product", "p", name="P", slug="p")
    cms.publish("t")
    cms.publish("p")
    assert cms.telling.settle()
    cms.delete("p")
    assert cms.telling.settle()
    assert [one[0]["x-contentful-topic"] for one in listener.heard[:1]] == [
        "ContentManagement.Entry.publish"
    ]
    headers, body = listener.heard[0]
    told = json.loads(body)
    assert told["sys"]["revision"] == 1 and "version" not in told["sys"]
    assert headers["x-api-key"] == "k"
    expected = signature_headers(
        "s" * 64,
        method="POST",
        url=listener.url,
        headers=headers,
        body=body,
        timestamp=int(headers["x-contentful-timestamp"]),
    )
    assert headers["x-contentful-signature"] == expected["x-contentful-signature"]
    stones = {json.loads(body)["sys"]["type"] for _, body in listener.heard[1:]}
    assert stones == {"DeletedEntry"}
    assert all("fields" not in json.loads(body) for _, body in listener.heard[1:])
    calls = client.ask("GET", f"{client.base}/webhooks/{made.json()['sys']['id']}/calls").json()
    assert [one["statusCode"] for one in calls["items"]] == [200] * 3


def test_a_refused_webhook_comes_again_with_the_same_key(
    client: Client, listener: Listener
) -> None:
    client.ask("POST", client.base + "/webhook_definitions", hook(listener.url))
    listener.statuses = [503, 500]
    client.cms.create("product", "p", name="P", slug="p")
    client.cms.publish("p")
    assert client.cms.telling.settle()
    assert len({one[0]["x-contentful-idempotency-key"] for one in listener.heard}) == 1
    assert len(listener.heard) == 3


def test_a_filter_leaves_out_what_our_own_user_does(client: Client, listener: Listener) -> None:
    ours = {"not": {"equals": [{"doc": "sys.updatedBy.sys.id"}, "6integration"]}}
    definition = hook(listener.url)
    definition["filters"].append(ours)
    client.ask("POST", client.base + "/webhook_definitions", definition)
    client.cms.create("product", "p", name="P", slug="p")
    client.put("entries/p/published", version=1)
    assert client.cms.telling.settle()
    assert listener.heard == []


def test_signatures_are_those_of_the_official_toolkit() -> None:
    text = read_spec("contentful", "webhook_signature_vector.json")
    if text is None:
        print("The signature vectors were not compared: the spec files are not here.")
        return
    told = json.loads(text)
    for vector in told["vectors"]:
        made = signature_headers(
            told["secret"],
            method=told["method"],
            url="https://gateway.test" + vector["path"],
            headers=told["headers"],
            body=told["body"].encode(),
            timestamp=told["timestamp"],
        )
        assert made == vector["signature_headers"]


def test_the_official_client_writes_publishes_and_reads(client: Client) -> None:
    host = client.emulator.base_url("contentful").removeprefix("http://")
    official = contentful_management.Client(EDITOR_TOKEN, api_url=host, https=False)
    entries = official.entries(SPACE, "master")
    made = entries.create(
        "shirts", {"content_type_id": "productType", "fields": {"name": {"en-US": "Shirts"}}}
    )
    made.slug = "shirts"
    made.save()
    made.publish()
    again = entries.find("shirts")
    assert (again.name, again.slug, again.is_published) == ("Shirts", "shirts", True)
    assert again.sys["version"] == 3
