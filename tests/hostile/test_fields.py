"""A hostile day: poison in every field of everything an edition holds. It goes out, whole, with the right headers."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from looks import NOW, edition, ordinary, poisoned, report, story
from lxml import etree, html

from watcher.delivery.compose import compose_mail
from watcher.digest.view import view
from watcher.render import FORMS, Renderer
from watcher.shipped import shipped

POISONS = {
    "controls": "\x00\x01\x07\x08\x0b\x0c\x1b[31m\x1c\x1d\x7f\x85\x9b",
    "breaks": "\r\nBcc: victim@example.org\r\n\r\n<p>body\n\n# heading\n- item\u2028\u2029",
    "turned": "\u202e\u202d\u2066\u2067\u2068 desrever \u200e\u200f",
    "halves": "\ud800 \udfff\udc00\ud83d",
    "nothing": "\ufeff\ufffe\uffff\U000e0041\u2060\u200b\ufff9",
    "long": " word" * 600,
    "unbroken": "x" * 3_000,
    "markup": "\"'><script>alert(1)</script></style></title><!--]]>{{ 7*7 }}{% raw %}${x}%(n)s{n}{0}",
    "markdown": "](javascript:alert(1)) ![x](http://x.example/p.gif) `` ``` | * _ ~~ \\",
    "marks": "Z" + "\u0335\u0321" * 400,
    "other": "漢字" * 800 + "دنيا " * 300 + "🏴󠁧󠁢󠁥󠁮󠁧󠁿👩‍👩‍👧",
}
UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer([shipped("templates")])


def hostile(poison: str):
    """A day on which every text, of a feed or of the config, ends in the poison; ids of topics stay what they are."""
    made = poisoned(ordinary(), poison)
    return view(replace(made, date=ordinary().date), (), (), 20)


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_poison_in_every_field_stops_no_form_and_stays_text(poison, renderer):
    shown = hostile(poison)
    forms = {form: renderer.render(shown, form, name="2026-03-11") for form in FORMS}
    message = renderer.message(shown, online="https://w.example/" + poison, unsubscribe="mailto:a@b.example")
    for name, text in (forms | {"mail": message.html, "mail text": message.text, "subject": message.subject}).items():
        text.encode("utf-8")
        assert not UNWANTED.search(text.replace("\n", "")), name
    assert "\n" not in message.subject
    index = renderer.index([("2026-03-11", replace(poisoned(ordinary(), poison), topics=ordinary().topics))], ("en",))
    for page in (forms["html"], message.html, index):
        tree = html.document_fromstring(page, parser=etree.HTMLParser(recover=True, huge_tree=True))
        assert not tree.xpath("//script | //iframe | //object | //img | //form | //base")
        assert all(link.startswith(("https://", "http://", "#", "2026-03-11.", "index.html", "mailto:")) for link in
                   tree.xpath("//a/@href"))  # fmt: skip
        assert len(tree.xpath("//h1")) == 1
        assert not [name for each in tree.iter() for name in each.attrib if name.startswith("on")]


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_a_mail_of_poison_parses_without_a_defect_and_has_the_headers_it_should(poison, renderer):
    message = renderer.message(hostile(poison))
    sent = compose_mail(
        message, sender="Watcher <watcher@example.org>", recipient="reader@example.org",
        message_id="<1@example.org>", date=NOW, list_id="editions.example.org",
    )  # fmt: skip
    assert max(map(len, sent.split(b"\r\n"))) <= 998
    assert b"\n" not in sent.replace(b"\r\n", b"")
    read = message_from_bytes(sent, policy=policy.default.clone(raise_on_defect=True))
    assert read["To"] == "reader@example.org"
    assert read["Bcc"] is None
    assert [part.get_content_type() for part in read.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    plain, page = read.get_body(("plain",)), read.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert "TOLD ONCE" in plain.get_content()
    assert page.get_content().rstrip().endswith("</html>")


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_every_story_of_a_hostile_day_is_still_in_every_form(poison, renderer):
    entries = [story(number, report(number, title=f"mark{number}mark{poison}")) for number in range(30)]
    shown = view(edition(entries))
    message = renderer.message(shown)
    texts = [renderer.render(shown, form) for form in FORMS] + [message.html, message.text]
    for text in texts:
        assert set(re.findall(r"mark(\d+)mark", text)) == {str(number) for number in range(30)}


def test_addresses_too_long_for_a_mail_cost_their_link_and_no_story(renderer):
    entries = [story(number, report(number, url=f"https://a.example/{number}?{'x' * 9_000}")) for number in range(60)]
    message = renderer.message(view(edition(entries), max_stories=20))
    assert len(message.html.encode()) < 95_000
    assert message.html.count("<h3") == 20
    assert message.text.count("https://a.example/") == 60
