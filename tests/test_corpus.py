"""The seed folder: what counts as a seed, what each mistake is called, what adding and checking leave behind."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.corpus import add_seed, check_seeds, read_seed, read_seeds, remove_seed, written
from watcher.errors import SeedError
from watcher.shipped import shipped
from watcher.stories.copy import CUT, CopySignal
from watcher.types import Document, Seed

STORY = """\
Lisbon start-up opens a small computing centre

The company Pedra Clara has opened a computing centre with forty accelerators in an old fish market near the river.
Its founder says that the heat will warm the public swimming pool next door from the coming winter on. Schools of the
city get one tenth of the computing time for nothing, and the rest is rented out to laboratories by the hour.
The city paid a third of the cost, and the first users begin their work on Monday after a week of trial runs.
"""


def _folder(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder


def test_seeds_of_every_kind_come_sorted_by_id(tmp_path: Path) -> None:
    _folder(
        tmp_path,
        b_txt="A title\n\nAnd a text.\n",
        c_html='<html lang="de-AT"><title>Ein &amp; Titel</title><script>x()</script><p>Ein <b>Te</b>xt.<p>Zwei',
        z_md='+++\nid = "a"\nlanguage = "pt-BR"\ntitle = "Um"\ntopics = ["ascend"]\n'
        "published = 2025-01-28\n+++\nTexto.\n",
        README_md="not a seed",
        notes_json="{}",
    )
    (tmp_path / ".hidden.txt").write_text("no", encoding="utf-8")
    assert read_seeds(tmp_path) == (
        Seed("a", "Um", "Texto.", "pt", ("ascend",), datetime(2025, 1, 28, tzinfo=UTC), file="z.md"),
        Seed("b", "A title", "A title\n\nAnd a text.", "und", file="b.txt"),
        Seed("c", "Ein & Titel", "Ein Text.\nZwei", "de", file="c.html"),
    )


def test_a_folder_that_is_not_there_holds_no_seeds_and_check_says_so(tmp_path: Path) -> None:
    assert read_seeds(tmp_path / "none") == ()
    assert "no such folder" in check_seeds(tmp_path / "none")[0].text


@pytest.mark.parametrize(
    ("name", "raw", "advice"),
    [
        ("a.txt", b"", "holds no text"),
        ("a.txt", b"one\ntwo \xe9", r"a\.txt:2: is not UTF-8 text; save it as UTF-8"),
        ("a.md", b"# Title\n\nText", r"a\.md:1: no front matter; begin with \+\+\+"),
        ("a.md", b"+++\nid = 1\n", r"no front matter"),
        ("a.md", b"+++\nid = 1\n+++\nText", "id: expected text in quotes, found 1"),
        ("a.md", b"+++\nid = \n+++\nText", "front matter is not valid TOML.*line 1"),
        ("a.md", b'+++\nlangage = "pt"\n+++\nText', "unknown key 'langage'; expected language"),
        ("a.md", b'+++\nlanguage = "Portuguese"\n+++\nText', 'language: expected a code like "pt", found "Portuguese"'),
        ("a.md", b'+++\ntopics = "ascend"\n+++\nText', r'topics: expected a list like \["ascend"\], found ascend'),
        ("a.md", b'+++\npublished = "January"\n+++\nText', "published: expected a date like 2025-01-28, found January"),
        ("a.md", b'+++\nfingerprint = "v0:x"\n+++\nText', "fingerprint of an unknown version.*watcher seeds add"),
        ("a.md", b'+++\ntitle = "x"\n+++\n', "holds no text"),
        ("a.html", b"", "not readable as HTML"),
        ("a.html", b"<script>x</script>", "holds no text"),
    ],
)
def test_a_broken_seed_is_an_error_that_names_the_file_and_what_to_do(
    tmp_path: Path, name: str, raw: bytes, advice: str
) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(SeedError, match=advice) as caught:
        read_seeds(tmp_path)
    assert str(tmp_path / name) in str(caught.value)
    assert check_seeds(tmp_path)[0].broken


def test_two_seeds_with_one_id_are_refused(tmp_path: Path) -> None:
    _folder(tmp_path, a_txt="Text", b_md='+++\nid = "a"\n+++\nOther')
    with pytest.raises(SeedError, match=r"b\.md: has the id 'a', which a\.txt has already"):
        read_seeds(tmp_path)
    assert [finding.file for finding in check_seeds(tmp_path) if finding.broken] == ["b.md"]


def test_an_old_page_in_another_encoding_is_read_by_its_own_declaration(tmp_path: Path) -> None:
    page = '<html><head><meta charset="iso-8859-1"><title>Notícia</title></head><body>São José</body></html>'
    (tmp_path / "a.htm").write_bytes(page.encode("latin-1"))
    seed = read_seed(tmp_path / "a.htm")
    assert (seed.title, seed.text) == ("Notícia", "São José")


def test_an_added_document_is_kept_whole_or_as_account_or_as_fingerprint_alone(tmp_path: Path) -> None:
    folder, source, account = tmp_path / "seeds", tmp_path / "my story.txt", tmp_path / "account.md"
    source.write_text(STORY, encoding="utf-8")
    account.write_text('+++\nlanguage = "en"\ntopics = ["ascend"]\n+++\nAn account.\n', encoding="utf-8")
    whole = read_seed(add_seed(folder, source, language="en"))
    told = read_seed(add_seed(folder, source, account, id="told", published=date(2025, 1, 28)))
    alone = read_seed(add_seed(folder, source, fingerprint_only=True, id="alone", language="en"))
    assert (whole.id, whole.title, whole.fingerprint) == ("my-story", STORY.partition("\n")[0], None)
    assert whole.text == STORY.strip()
    assert (told.text, told.topics, told.published) == ("An account.", ("ascend",), datetime(2025, 1, 28, tzinfo=UTC))
    assert (alone.text, alone.fingerprint) == ("", told.fingerprint)
    copy = Document("copy", "Our partner reports:\n" + STORY.replace("forty", "40"), language="en")
    for seed in (whole, told, alone):
        assert CopySignal().score(copy, seed.document()).value >= CUT


def test_no_words_of_the_document_stay_where_only_its_fingerprint_is_kept(tmp_path: Path) -> None:
    source = tmp_path / "source.txt"
    source.write_text(STORY, encoding="utf-8")
    text = add_seed(tmp_path / "seeds", source, fingerprint_only=True, title="T", id="t").read_text(encoding="utf-8")
    assert not [word for word in STORY.split() if len(word) > 5 and word in text]


def test_an_id_is_given_once(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text(STORY, encoding="utf-8")
    add_seed(tmp_path / "seeds", source)
    with pytest.raises(SeedError, match="a seed 'a' already"):
        add_seed(tmp_path / "seeds", source)
    assert remove_seed(tmp_path / "seeds", "a").name == "a.md"
    assert read_seeds(tmp_path / "seeds") == ()
    with pytest.raises(SeedError, match="no seed 'a'"):
        remove_seed(tmp_path / "seeds", "a")


def test_check_finds_copies_and_what_is_missing(tmp_path: Path) -> None:
    _folder(tmp_path, a_txt=STORY, b_md='+++\nlanguage = "en"\ntitle = "x"\ntopics = ["shoes"]\n+++\n' + STORY)
    findings = [(finding.file, finding.text) for finding in check_seeds(tmp_path, topics=["ascend"])]
    assert [file for file, _ in findings] == ["a.txt", "b.md", "b.md"]
    assert "no language" in findings[0][1]
    assert "'shoes' is not in config.toml" in findings[1][1]
    assert "the same text as a.txt" in findings[2][1]


def test_the_shipped_seeds_are_in_order() -> None:
    seeds = read_seeds(shipped("seeds"))
    assert [seed.id for seed in seeds] == ["000", "001", "002", "003", "004"]
    assert [seed.language for seed in seeds] == ["pt", "de", "pt", "it", "pt"]
    assert check_seeds(shipped("seeds"), topics=["deepseek", "ascend", "nvidia"]) == ()
    for seed in seeds:
        assert seed.fingerprint
        assert seed.published
        assert 120 <= len(seed.text.split()) <= 220


_LINE = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)


@settings(max_examples=200, deadline=None)
@given(title=_LINE, text=_LINE.filter(str.strip), topics=st.lists(_LINE, max_size=2), when=st.datetimes())
def test_a_written_seed_is_read_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, title: str, text: str, topics: list[str], when: datetime
) -> None:
    clean = text.replace("\r", "\n").strip()
    if not clean:
        return
    seed = Seed("id", title.strip(), clean, "pt", tuple(topics), when.replace(tzinfo=UTC), file="seed.md")
    file = tmp_path_factory.getbasetemp() / "seed.md"
    file.write_text(written(seed), encoding="utf-8", newline="")
    assert read_seed(file) == seed


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (STORY, "en"),
        ("Neue Halle\n\nDie Stadt hat am Montag eine neue Halle eröffnet, in der vierzig Rechner stehen.", "de"),
        ("新しい計算センター\n\n市は月曜日に四十台の計算機を備えた施設を開いたと発表した。", "ja"),
    ],
)
def test_a_document_that_names_no_language_is_added_with_the_one_it_is_written_in(
    tmp_path: Path, text: str, language: str
) -> None:
    (tmp_path / "found.txt").write_text(text, encoding="utf-8")
    assert read_seed(add_seed(tmp_path / "seeds", tmp_path / "found.txt")).language == language
    assert check_seeds(tmp_path / "seeds") == ()
    add_seed(tmp_path / "prints", tmp_path / "found.txt", fingerprint_only=True)
    (kept,) = read_seeds(tmp_path / "prints")
    assert (kept.text, kept.language) == ("", language)


def test_a_language_that_somebody_names_is_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "found.html").write_text(f'<html lang="nl"><title>x</title><p>{STORY}', encoding="utf-8")
    assert read_seed(add_seed(tmp_path / "seeds", tmp_path / "found.html")).language == "nl"
    said = add_seed(tmp_path / "seeds", tmp_path / "found.html", id="other", language="pt")
    assert read_seed(said).language == "pt"
