"""Every lead ends in exactly one outcome, and an article says where each claim about it came from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher import ingest
from watcher.types import (
    Article,
    Extraction,
    KnownLead,
    Lead,
    Outcome,
    Reason,
    Source,
    TopicMatch,
    Trouble,
    Window,
)

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SOURCE = Source("paper", "https://paper.example/feed", title="The Paper", language="en")
LONG = "Nvidia said on Tuesday that its new accelerator ships in May. " * 10


def about_nvidia(title: str, text: str) -> tuple[TopicMatch, ...]:
    return (TopicMatch("nvidia", True, 0.9, ("Nvidia",)),) if "nvidia" in f"{title} {text}".lower() else ()


def lead(**claims: object) -> Lead:
    return Lead(**({"url": "https://paper.example/a", "title": "Nvidia ships early"} | claims))  # type: ignore[arg-type]


def sifted(*leads: Lead, source: Source = SOURCE, followed: set[str] | None = None, window: Window | None = None):
    """With what is known of addresses followed before: nothing but that they were."""
    known = {url: KnownLead(number, "elsewhere", False, None, b"", 0, 0) for number, url in enumerate(followed or ())}
    return ingest.sift(leads, source, lambda _: known, (), about_nvidia, NOW, window=window)


def article_of(answer: Extraction | Trouble | None, claim: Lead | None = None, source: Source = SOURCE):
    (followed,) = sifted(claim or lead(), source=source).followed
    return ingest.read(followed, source, answer, outlet="Feed Title", language="en", now=NOW)


def test_a_lead_without_an_address_ends_as_no_address():
    assert [record.outcome for record in sifted(lead(url=None)).ended] == [Outcome.NO_ADDRESS]


def test_two_leads_without_an_address_are_two_ends():
    result = sifted(lead(url=None, title="Nvidia one"), lead(url=None, title="Nvidia two"))
    assert len(result.ended) == 2


def test_an_address_followed_before_is_seen_and_so_is_its_second_mention_in_one_feed():
    result = sifted(
        lead(),
        lead(url="https://paper.example/b"),
        lead(url="https://paper.example/b"),
        followed={"https://paper.example/a"},
    )
    assert result.seen == 2
    assert [item.url for item in result.followed] == ["https://paper.example/b"]


def test_a_lead_on_no_topic_is_not_followed():
    assert [record.outcome for record in sifted(lead(title="Football results")).ended] == [Outcome.OFF_TOPIC]


def test_a_source_that_is_about_the_subject_has_every_page_read():
    source = Source("maker", "https://maker.example/feed", pages="always")
    assert sifted(lead(title="A quiet day"), source=source).followed[0].wants_page


def test_a_lead_without_words_has_its_page_read():
    assert sifted(lead(title="")).followed


def test_a_source_with_topics_of_its_own_ignores_the_others():
    source = Source("paper", "https://paper.example/feed", topics=("ascend",))
    assert sifted(lead(), source=source).ended[0].outcome is Outcome.OFF_TOPIC


def test_what_was_published_outside_the_window_is_too_old():
    window = Window(NOW - timedelta(days=2), NOW - timedelta(days=1))
    result = sifted(
        lead(published=NOW), lead(url="https://paper.example/b", published=NOW - timedelta(hours=30)), window=window
    )
    assert [record.outcome for record in result.ended] == [Outcome.TOO_OLD]
    assert len(result.followed) == 1


@given(
    st.lists(
        st.builds(
            Lead,
            url=st.sampled_from([None, "https://a.example/1", "https://a.example/2", "nonsense"]),
            title=st.sampled_from(["", "Nvidia", "Weather"]),
        )
    )
)
def test_every_lead_is_counted_once(leads):
    result = sifted(*leads)
    assert len(result.ended) + len(result.followed) + result.seen == len(leads)


def test_the_page_is_what_is_read():
    article = article_of(Extraction("article", title="On the page", text=LONG, outlet="Paper Online", authors=("Ada",)))
    assert isinstance(article, Article)
    assert (article.text, article.headline_only, article.outlet, article.authors) == (LONG, None, "The Paper", ("Ada",))


def test_the_page_names_its_own_address():
    article = article_of(Extraction("article", url="https://paper.example/canonical?utm_source=x", text=LONG))
    assert isinstance(article, Article)
    assert article.url == "https://paper.example/canonical"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Trouble(Reason.STATUS, "403", status=403), "forbidden"),
        (Trouble(Reason.STATUS, "503", status=503), "unreachable"),
        (Trouble(Reason.TIMEOUT, "slow"), "unreachable"),
        (Extraction("article", text="Subscribe", wall="paywall"), "paywall"),
        (Extraction("not-an-article", wall="consent-wall"), "consent-wall"),
        (Extraction("unreadable"), "unreadable"),
        (Extraction("too-short", text="Brief."), "too-short"),
        (Extraction("not-an-article"), "not-an-article"),
        (None, "feed-only"),
    ],
)
def test_a_page_that_gives_nothing_leaves_the_headline_with_the_reason(answer, reason):
    article = article_of(answer, lead(summary="Chips arrive in May."))
    assert isinstance(article, Article)
    assert (article.title, article.text, article.headline_only) == (
        "Nvidia ships early",
        "Chips arrive in May.",
        reason,
    )


def test_the_feeds_own_text_stands_in_for_a_page_that_gives_nothing():
    article = article_of(Trouble(Reason.STATUS, "403", status=403), lead(content=LONG))
    assert isinstance(article, Article)
    assert (article.text, article.headline_only) == (LONG, None)


def test_a_text_in_a_script_without_spaces_is_enough_when_it_says_as_much():
    chinese = "英伟达周二表示新加速器将于五月发货，首批客户为云计算公司。" * 6
    assert ingest.weight(chinese) >= ingest.ENOUGH_TEXT > len(chinese)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Trouble(Reason.STATUS, "403", status=403), Outcome.FORBIDDEN),
        (Trouble(Reason.TIMEOUT, "slow"), Outcome.UNREACHABLE),
        (Extraction("unreadable"), Outcome.UNREADABLE),
        (Extraction("not-an-article"), Outcome.NOT_AN_ARTICLE),
        (Extraction("too-short"), Outcome.TOO_SHORT),
    ],
)
def test_without_even_a_headline_the_lead_ends_with_that_reason(answer, outcome):
    assert article_of(answer, lead(title="")) is outcome


def test_a_private_address_is_refused_whatever_the_feed_claims():
    assert article_of(Trouble(Reason.FORBIDDEN_ADDRESS, "10.0.0.1"), lead(content=LONG)) is Outcome.REFUSED


def test_what_an_aggregator_links_to_is_called_by_its_own_site():
    source = Source("agg", "https://agg.example/feed", title="The Aggregator", role="aggregator")
    article = article_of(None, lead(url="https://paper.example/a"), source)
    assert isinstance(article, Article)
    assert article.outlet == "paper.example"


def test_where_feed_and_page_agree_about_the_day_the_feed_gives_the_hour():
    by_feed = datetime(2026, 3, 10, 7, 30, tzinfo=UTC)
    article = article_of(
        Extraction("article", text=LONG, published=datetime(2026, 3, 10, tzinfo=UTC)), lead(published=by_feed)
    )
    assert isinstance(article, Article)
    assert (article.published, article.published_from) == (by_feed, "feed")


def test_where_they_disagree_the_page_is_believed():
    by_page = datetime(2025, 11, 2, tzinfo=UTC)
    article = article_of(Extraction("article", text=LONG, published=by_page), lead(published=NOW))
    assert isinstance(article, Article)
    assert (article.published, article.published_from) == (by_page, "page")


@pytest.mark.parametrize("claim", [datetime(1704, 1, 1, tzinfo=UTC), NOW + timedelta(days=3), None])
def test_an_implausible_date_is_none_at_all(claim):
    article = article_of(Extraction("article", text=LONG), lead(published=claim))
    assert isinstance(article, Article)
    assert (article.published, article.published_from, article.effective) == (None, "found", NOW)


@pytest.mark.parametrize(
    ("age", "first_visit", "told"),
    [(23, True, False), (25, True, True), (25, False, False), (24 * 15, False, True)],
)
def test_what_is_old_when_found_counts_as_told(age, first_visit, told):
    article = article_of(Extraction("article", text=LONG), lead(published=NOW - timedelta(hours=age)))
    assert isinstance(article, Article)
    (followed,) = sifted(lead()).followed
    assert ingest.counts_as_told(followed, article, first_visit=first_visit, window=None) is told


def test_what_a_backfill_finds_counts_as_told():
    article = article_of(Extraction("article", text=LONG))
    assert isinstance(article, Article)
    (followed,) = sifted(lead()).followed
    window = Window(NOW - timedelta(days=1), NOW)
    assert ingest.counts_as_told(followed, article, first_visit=False, window=window)


def test_a_headline_is_compared_with_the_teaser_that_its_lead_brought():
    article = article_of(Extraction("article", text="Subscribe", wall="paywall"), lead(summary="Chips arrive in May."))
    assert isinstance(article, Article)
    assert ingest.document(article).text == "Chips arrive in May."


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (Extraction("article", text="Subscribe to read on.", wall="paywall"), ""),
        (Extraction("too-short", text="Subscribe to read on.", wall="paywall"), ""),
        (Extraction("not-an-article", text="We value your privacy.", wall="consent-wall"), ""),
        (Extraction("not-an-article", text="More headlines."), ""),
        (Extraction("too-short", text="Chips arrive in May."), "Chips arrive in May."),
    ],
)
def test_what_a_wall_or_a_listing_says_is_never_kept_as_text(answer, kept):
    article = article_of(answer, lead())
    assert isinstance(article, Article)
    assert ingest.document(article).text == article.text == kept


def test_a_thread_keeps_the_addresses_it_is_about_beside_its_text():
    page = Extraction("article", text=LONG, links=("https://paper.example/a",))
    (followed,) = sifted(lead(summary="Article URL: https://paper.example/b")).followed
    forum = replace(SOURCE, role="forum")
    article = ingest.read(followed, forum, page, outlet=None, language="en", now=NOW)
    assert isinstance(article, Article)
    assert article.text == f"{LONG}\nhttps://paper.example/a\nhttps://paper.example/b"
    outlet = ingest.read(followed, SOURCE, page, outlet=None, language="en", now=NOW)
    assert isinstance(outlet, Article)
    assert outlet.text == LONG
