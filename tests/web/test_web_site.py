"""What readers find: an edition's page, the way out, health. Over real connections."""

from __future__ import annotations

import json
import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from webservice import NOW, READER, Answer, Service, edition, running

URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}
CLICK = b"List-Unsubscribe=One-Click"
IN_PARTS = (
    b"--=_b0undary\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--=_b0undary--\r\n"
)  # fmt: skip


def click(service: Service, path: str, body: bytes = CLICK, **headers: str) -> Answer:
    return service.ask(path, "POST", body, **(headers or URLENCODED))


# --- editions ---


@pytest.mark.parametrize(
    ("ending", "kind", "words"),
    [
        ("", "text/html; charset=utf-8", '<h3 dir="ltr"><a href="https://paper.example/1"'),
        (".html", "text/html; charset=utf-8", "<!doctype html>"),
        (".txt", "text/plain; charset=utf-8", "Nvidia ships early"),
        (".md", "text/markdown; charset=utf-8", "Nvidia ships early"),
        (".json", "application/json; charset=utf-8", '"date": "2026-03-10"'),
    ],
)
def test_an_edition_is_found_at_its_address_in_every_form(service: Service, ending: str, kind: str, words: str):
    found = service.ask(service.page() + ending)
    assert (found.status, found.headers["content-type"]) == (200, kind)
    assert words in found.text
    head = service.ask(service.page() + ending, "HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(found.body)))


def test_a_page_leads_to_its_other_forms_and_to_nothing_else_of_ours(service: Service):
    ours = re.findall(r'href="([^"#:]+)"', service.ask(service.page()).text)
    signature = service.page().rpartition("/")[2]
    assert ours == [f"{signature}.{ending}" for ending in ("txt", "md", "json")]
    for link in ours:
        assert service.ask(f"/e/2026-03-10/{link}").status == 200


def test_json_over_the_service_is_that_of_the_command(service: Service):
    shown = json.loads(service.ask(f"{service.page()}.json").text)
    assert shown == json.loads(service.press.renderer.render(service.press.view(edition()), "json"))


def test_what_has_not_changed_is_not_sent_again(service: Service):
    first = service.ask(service.page())
    mark = first.headers["etag"]
    for known in (mark, f'"other", {mark}', f"W/{mark}", "*"):
        again = service.ask(service.page(), If_None_Match=known)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", mark), known
    assert service.ask(service.page(), If_None_Match='"other"').status == 200
    assert first.headers["cache-control"] == "private, no-cache"
    assert service.ask(f"{service.page()}.txt").headers["etag"] != mark


def test_a_mark_is_the_same_after_a_restart(tmp_path: Path):
    with running(tmp_path) as first:
        mark = first.ask(first.page()).headers["etag"]
    with running(tmp_path) as second:
        assert second.ask(second.page(), If_None_Match=mark).status == 304


def test_editions_of_other_schedules_have_pages_of_their_own(service: Service):
    with service.store.writing() as writer:
        writer.publish(edition(schedule="05:30 Europe/Berlin", title="Nvidia ships to Berlin"), ())
    assert "ships to Berlin" in service.ask(service.page("2026-03-10-0530-europe-berlin")).text
    assert "ships early" in service.ask(service.page()).text


def test_the_address_of_an_edition_stays_when_its_schedule_is_main_no_more(service: Service):
    day = NOW.date() - timedelta(days=1)
    with service.store.writing() as writer:
        writer.publish(edition(day, "09:00 UTC", "Nvidia was late"), ())
    assert "was late" in service.ask(service.page("2026-03-09")).text


def test_more_pages_than_are_kept_are_all_shown(service: Service):
    days = [NOW.date() - timedelta(days=back) for back in range(1, 8)]
    with service.store.writing() as writer:
        for day in days:
            writer.publish(edition(day, title=f"News of {day}"), ())
    for _ in range(2):
        for day in days:
            assert f"News of {day}" in service.ask(service.page(day.isoformat())).text


@pytest.mark.parametrize(
    "name", ["2026-03-11", "2026-13-45", "0000-00-00", "today", "..", "%2e%2e", "2026-03-10%00", "2026-03-10-nowhere"]
)
def test_a_signed_name_of_nothing_is_nothing(service: Service, name: str):
    assert service.ask(service.page(name)).status == 404


def test_a_signature_belongs_to_one_edition(service: Service):
    _, _, _, signature = service.page("2026-03-09").split("/")
    assert service.ask(f"/e/2026-03-10/{signature}").status == 404
    assert service.ask(f"{service.page()}x").status == 404
    assert service.ask(f"{service.page()[:-1]}").status == 404
    assert service.ask(f"{service.page()}.exe").status == 404


def test_before_anything_was_sent_every_address_is_wrong(service: Service):
    page, way_out = service.page(), service.way_out()
    with service.store.writing() as writer:
        writer.set_checkpoint("secret", "00" * 32)
    assert service.ask(page).status == service.ask(way_out).status == 404


# --- the way out ---


def test_looking_changes_nothing(service: Service):
    before = service.store.subscriptions()
    for method in ("GET", "HEAD"):
        found = service.ask(service.way_out(), method)
        assert (found.status, found.headers["cache-control"]) == (200, "no-store")
    assert '<form method="post">' in service.ask(service.way_out()).text
    assert service.store.subscriptions() == before


def test_the_page_names_its_reader_in_part(service: Service):
    found = service.ask(service.way_out()).text
    assert "r…@desk.example" in found
    assert READER not in found


def test_a_reader_is_asked_in_their_language(service: Service):
    found = service.ask(service.way_out("leser@desk.example")).text
    assert '<html lang="de"' in found
    assert "Abbestellen" in found


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (CLICK, URLENCODED),
        (CLICK, {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", "User-Agent": "Mail/1.0"}),
        (IN_PARTS, {"Content-Type": 'multipart/form-data; boundary="=_b0undary"'}),
        (IN_PARTS, {"Content-Type": "multipart/form-data; boundary==_b0undary"}),
    ],
)
def test_one_click_leaves(service: Service, body: bytes, headers: dict[str, str]):
    done = click(service, service.way_out(), body, **headers)
    assert (done.status, "location" in done.headers, "set-cookie" in done.headers) == (200, False, False)
    assert service.left() == NOW
    again = click(service, service.way_out(), body, **headers)
    assert again.status == 200
    assert service.left("leser@desk.example") is None


def test_one_click_in_chunks_leaves(service: Service):
    request = (
        f"POST {service.way_out()} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        "10\r\nList-Unsubscribe\r\na\r\n=One-Click\r\n0\r\n\r\n"
    )
    assert service.raw(request.encode()).startswith(b"HTTP/1.1 200 ")
    assert service.left() == NOW


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"List-Unsubscribe=Two-Clicks", "application/x-www-form-urlencoded"),
        (CLICK, "text/plain"),
        (CLICK, "application/json"),
        (b"\xff\x00" * 100, "application/x-www-form-urlencoded"),
        (b"&".join([b"a=b"] * 500), "application/x-www-form-urlencoded"),
        (CLICK, "multipart/form-data"),
        (b"\xff\x00--x--", "multipart/form-data; boundary=x"),
        (IN_PARTS, "multipart/form-data; boundary=other"),
    ],
)
def test_what_is_no_click_is_none(service: Service, body: bytes, kind: str):
    assert click(service, service.way_out(), body, **{"Content-Type": kind}).status == 400
    assert service.left() is None


def test_somebody_elses_token_is_nobodys(service: Service):
    for path in (service.way_out("stranger@desk.example"), service.way_out()[:-1], "/u/", "/u/x", f"/u/{'x' * 90}"):
        assert service.ask(path).status == (401 if path == "/u/" else 404)
        assert click(service, path).status == (401 if path == "/u/" else 404)
    assert service.left() is None


def test_who_was_a_reader_once_finds_the_way_out_done(service: Service):
    with service.store.writing() as writer:
        writer.leave("former@desk.example", NOW)
    if not service.left("former@desk.example"):
        pytest.fail("the store does not remember who left")
    assert click(service, service.way_out("former@desk.example")).status == 200


def test_alone_the_service_changes_nothing_and_says_when_to_come_back(tmp_path: Path):
    with running(tmp_path, read_only=True) as service:
        assert service.ask(service.page()).status == 200
        assert service.ask(service.way_out()).status == 200
        done = click(service, service.way_out())
        assert (done.status, done.headers["retry-after"]) == (503, "300")
        assert service.left() is None
        assert click(service, "/u/wrong").status == 404


def test_while_somebody_else_writes_a_reader_is_asked_to_come_again(service: Service):
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with service.store.writing():
            holding.set()
            done.wait(120)

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(120)
    try:
        answer = click(service, service.way_out())
        assert (answer.status, "retry-after" in answer.headers) == (503, True)
        assert service.ask(service.page()).status == 200
    finally:
        done.set()
        thread.join()
    assert click(service, service.way_out()).status == 200


# --- health ---


def test_health_is_told(service: Service):
    assert (service.ask("/livez").text, service.ask("/readyz").text) == ("alive\n", "ready\n")
    service.fresh[:] = [False]
    stale = service.ask("/readyz")
    assert (stale.status, stale.text) == (503, "not ready: nothing was looked at for a minute\n")
    assert service.ask("/livez").status == 200
    service.fresh[:] = [True]


def test_without_its_database_the_service_lives_and_is_not_ready(service: Service):
    for file in service.store.path.parent.glob("watcher.db*"):
        file.write_bytes(b"this is no database at all" * 400)
    answer = service.ask("/readyz")
    assert answer.status == 503
    assert "database" in answer.text
    assert service.ask("/livez").status == 200
