"""The pages that somebody reads, asked over HTTP: what they say, and that nothing of the web becomes part of a page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from readable import HOSTILE, SCRIPT, Filled, fill, write_seed
from webservice import Service, running

from watcher.types import Mark

EVERY = ("/", "/archive", "/archive/2026-03", "/search", "/sources", "/sources/paper", "/known", "/status")


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Filled]]:
    folder = tmp_path_factory.mktemp("reading")
    write_seed(folder)
    with running(folder, more='[seeds]\npath = "seeds"\n') as service:
        yield service, fill(service.store)


@pytest.fixture
def service(read: tuple[Service, Filled]) -> Service:
    return read[0]


@pytest.fixture
def filled(read: tuple[Service, Filled]) -> Filled:
    return read[1]


def shown(service: Service, path: str, status: int = 200) -> str:
    answer = service.read(path)
    assert answer.status == status, (path, answer.text[:300])
    return answer.text


def words(page: str) -> str:
    """What a page says, without its markup."""
    body = page.partition("<body>")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def paths(filled: Filled) -> list[str]:
    """Every page there is to read, with every hostile text on one of them."""
    articles = (filled.first, filled.copy, filled.retelling, filled.bare, *filled.hostile.values())
    return [
        *EVERY,
        "/editions/2026-03-09",
        f"/stories/{filled.story}",
        "/search?q=nvidia",
        *(f"/articles/{number}" for number in articles),
        *(f"/stories/0?of={number}" for number in filled.hostile.values()),
    ]


def follow(service: Service, path: str) -> str:
    """A page, behind the redirect to a story's own address if there is one."""
    answer = service.read(path)
    if answer.status == 303:
        return shown(service, answer.headers["location"])
    assert answer.status == 200, (path, answer.status)
    return answer.text


def test_nothing_of_an_article_becomes_part_of_any_page(service: Service, filled: Filled):
    for path in paths(filled):
        page = follow(service, path)
        assert "<script" not in page, path
        assert not re.search(r"<[a-z][^>]*\son[a-z]+=", page), path
        assert not re.search(r"<img|<iframe|<object|<link[^>]+stylesheet|@import|url\(", page), path
        assert page.count("<h1") == 1, path
        assert page.count("<main") == 1, path


def test_links_lead_to_pages_of_ours_or_to_absolute_addresses_of_the_web(service: Service, filled: Filled):
    for path in paths(filled):
        for link in re.findall(r'(?:href|action|src)="([^"]*)"', follow(service, path)):
            assert re.match(r"(?:https?://[^/]|/|#|data:,$|\?)", link) or path.startswith("/editions"), (path, link)


def test_every_page_carries_what_keeps_it_ours(service: Service, filled: Filled):
    for path in paths(filled)[:12]:
        headers = service.read(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path


def test_the_page_of_a_story_says_who_told_it_how_and_why_it_is_one(service: Service, filled: Filled):
    page = shown(service, f"/stories/{filled.story}")
    said = words(page)
    for expected in ("Beispielblatt", "Echo Tagblatt", "Rheinblick", "first report", "passed on: the same text",
                     "told in other words", "the same news as in Beispielblatt", "Score 0.80; it takes 0.75",
                     "perhaps not the same story", "kept apart", "Monday, 9 March 2026", "3 reports",
                     "2 languages"):  # fmt: skip
        assert expected in said, expected
    assert 'aria-current="page"' not in page  # a story is none of the pages of the list


def test_passages_that_stand_in_several_texts_are_marked_in_all_of_them(service: Service, filled: Filled):
    page = shown(service, f"/stories/{filled.story}?with={filled.copy}")
    marked = re.findall(r"<mark>(.*?)</mark>", page, re.DOTALL)
    assert len([each for each in marked if "40,000 accelerators for buyers in Malaysia" in each]) == 2
    beside = shown(service, f"/stories/{filled.story}?with={filled.retelling}")
    assert "<mark>" not in beside
    assert "40,000" in words(beside)  # what they have in common all the same
    assert "2 of 3 articles stand here" in words(beside)  # and how the others are reached
    assert "stand here" not in words(shown(service, f"/stories/{filled.story}"))


def test_an_address_of_an_article_finds_its_story_whatever_the_story_is_called_by_now(service: Service, filled: Filled):
    answer = service.read(f"/stories/999999?of={filled.retelling}")
    assert (answer.status, answer.headers["location"]) == (303, f"/stories/{filled.story}")
    shown(service, "/stories/999999", 404)
    shown(service, "/stories/999999?of=999999", 404)


def test_the_page_of_an_article_answers_why_it_is_where_it_is(service: Service, filled: Filled):
    said = words(shown(service, f"/articles/{filled.retelling}"))
    for expected in ("About Nvidia", "The same news in other words:", "Score 0.80; it takes 0.75 – a close call",
                     "wording 0.90, facts 0.80", "In common: 40000 · Johor", "90 characters of text in common",
                     "told in other words", "3 reports"):  # fmt: skip
        assert expected in said, expected
    assert "The same subject, other news: H20 chips for everybody" in words(shown(service, f"/articles/{filled.first}"))
    assert "No text is stored" in words(shown(service, f"/articles/{filled.bare}"))
    assert "headline only: paywall" in words(shown(service, f"/articles/{filled.bare}"))


def test_a_stored_text_is_shown_to_the_letter_in_paragraphs(service: Service, filled: Filled):
    page = shown(service, f"/articles/{filled.first}")
    assert re.findall(r"<p>(Nvidia will.*?|Three ministers.*?)</p>", page) == [
        "Nvidia will set aside 40,000 accelerators for buyers in Malaysia, the company said on Monday. "
        "The first racks are to leave the port of Johor in June.",
        "Three ministers had asked for more. The company pointed at its suppliers of memory.",
    ]


def test_today_shows_what_came_since_the_newest_edition_and_leads_to_it(service: Service, filled: Filled):
    page = shown(service, "/")
    assert "New since 10 Mar 07:00" in words(page)
    assert "Nvidia ships early" in words(page)  # the edition of today
    assert 'href="/editions/2026-03-10"' in page
    assert all(f"?of={number}" in page for number in (*filled.hostile.values(), filled.bare))
    assert f"?of={filled.first}" not in page.partition('class="issue"')[0]  # it was found before


def test_an_edition_leads_to_each_storys_own_page_and_to_what_may_be_said_of_it(service: Service, filled: Filled):
    page = shown(service, "/editions/2026-03-09")
    assert f"/stories/1?of={filled.first}" in page
    assert f"/a/{filled.first}/known" in page
    for form, start in (("txt", "TOLD ONCE"), ("md", "# Told once"), ("json", "{")):
        assert shown(service, f"/editions/2026-03-09.{form}").lstrip().startswith(start)
    shown(service, "/editions/2026-03-09.exe", 404)
    shown(service, "/editions/2020-01-01", 404)
    shown(service, "/editions/..%2F..%2Fetc", 404)


def test_the_calendar_of_the_service_leads_to_its_editions(service: Service):
    page = shown(service, "/archive/2026-03")
    assert 'href="/editions/2026-03-09"' in page
    for month in ("2020-01", "2026-13", "0000-01", "9999-12", "march"):
        shown(service, f"/archive/{month}", 404)


def test_what_was_searched_for_is_marked_and_the_form_remembers_it(service: Service, filled: Filled):
    page = shown(service, "/search?q=accelerators&topic=nvidia&language=en&since=2026-03-01&order=relevance")
    assert "<mark>accelerators</mark>" in page
    assert 'value="accelerators"' in page
    assert page.count(" selected") == 3
    assert f"/articles/{filled.first}" in page
    assert "2 articles found" in words(page)
    nothing = words(shown(service, f"/search?q={'x' * 40}"))
    assert "Nothing was found" in nothing


QUERIES = (
    'q="', "q=%00", "q=" + "%F0%9F%92%A9" * 200, "after=junk", "since=yesterday", "q=-", "q=%3Cscript%3E",
    "topic=no&source=no&language=no&order=no", "q=a%20OR%20NEAR(",
)  # fmt: skip


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("typed", ["%F0%9F%92%A9", "*", "-", '"', "%00", "since:9999-99-99", "%EF%BC%8A"])
def test_a_search_for_nothing_that_can_be_found_says_so_and_lists_nothing(service: Service, typed: str):
    page = shown(service, f"/search?q={typed}")
    assert "There is nothing in this that can be searched for" in words(page)
    assert "/articles/" not in page


def test_sources_to_choose_from_are_called_by_clean_names_that_fit_a_line(tmp_path: Path):
    more = f'[[sources]]\nid = "loud"\nurl = "https://loud.example/feed"\ntitle = "Lo\\u202eud  <Paper> {"x" * 90}"\n'
    with running(tmp_path, more=more) as service:
        plain, chosen = shown(service, "/search"), shown(service, "/search?source=loud")
    named = f"Loud &lt;Paper&gt; {'x' * 46}…</option>"
    assert f'<option value="loud">{named}' in plain
    assert f'<option value="loud" selected>{named}' in chosen


@pytest.mark.usefixtures("filled")
def test_an_empty_search_lists_the_newest(service: Service):
    assert "/articles/" in shown(service, "/search?q=")
    assert "/articles/" in shown(service, "/search?q=%20%20")


@pytest.mark.parametrize("query", QUERIES)
def test_no_search_is_an_error(service: Service, query: str):
    assert "<script" not in shown(service, f"/search?{query}")


def test_a_source_answers_how_it_does_when_it_is_asked_next_and_why(service: Service):
    said = words(shown(service, "/sources/paper"))
    for expected in ("did not answer last time, since", "3 failures in a row", "Next visit 10 Mar 2026 09:00",
                     "has an error of its own (503)",
                     "9 off topic, 3 kept", "2 visits, 1 of them failed"):  # fmt: skip
        assert expected in said, expected
    assert SCRIPT.partition(">")[0] not in shown(service, "/sources/paper")
    shown(service, "/sources/nobody", 404)


def test_known_documents_are_listed_with_what_told_them(service: Service):
    page = shown(service, "/known")
    assert "H20 chips for everybody" in words(page)
    assert "No article has told it" in words(page)  # related is not told


def test_lists_have_pages_and_any_number_leads_somewhere(service: Service):
    for number in ("0", "-1", "999", "x", "9" * 30):
        for path in ("/sources", "/known"):
            page = shown(service, f"{path}?page={number}")
            assert shown(service, path) == page, "all of it fits on the first page, so every number leads there"


def test_the_page_that_is_shown_is_named_in_the_list_of_pages(service: Service):
    for path, name in (
        ("/", "Today"),
        ("/archive/2026-03", "Archive"),
        ("/sources/paper", "Sources"),
        ("/status", "Status"),
    ):
        current = re.findall(r'aria-current="page">([^<]*)<', shown(service, path))
        assert current == [name], path


def test_every_link_of_a_page_begins_with_the_path_the_service_is_found_under(tmp_path: Path):
    write_seed(tmp_path)
    with running(tmp_path, public_url="https://news.example/w") as service:
        filled = fill(service.store)
        own = (f"/stories/{filled.story}", f"/articles/{filled.first}", "/search?q=nvidia", "/editions/2026-03-09")
        for path in (*EVERY, *own):
            page = shown(service, path)
            links = re.findall(r'(?:href|action)="(/[^"]*)"', page)
            assert [each for each in links if not each.startswith("/w/")] == [], path
        answer = service.read(f"/stories/0?of={filled.first}")
        assert answer.headers["location"] == f"/w/stories/{filled.story}"


def test_titles_that_no_line_can_hold_are_shortened_in_lists_and_whole_on_their_own_page(
    service: Service, filled: Filled
):
    _, title, _, _ = HOSTILE["long"]
    assert title not in shown(service, "/")
    assert title[:2900] in shown(service, f"/articles/{filled.hostile['long']}")


def test_today_keeps_back_what_somebody_wants_no_more_of(tmp_path: Path):
    with running(tmp_path) as service:
        filled = fill(service.store)
        muted, known = filled.hostile["rtl"], filled.hostile["cjk"]
        now = service.site.clock()
        with service.store.writing() as writer:
            writer.mark(Mark(0, "mute", now, articles=(muted,)))
            writer.mark(Mark(0, "known", now, articles=(known,)))
        page = shown(service, "/")
        assert f"?of={muted}" not in page
        assert f"?of={known}" not in page
        assert f"?of={filled.hostile['long']}" in page
