"""An archive to be read on pages: an ordinary story, and texts that would break or take over a page that let them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from watcher.store import SqlStore
from watcher.types import (
    Article,
    Correction,
    Edition,
    Entry,
    Evidence,
    Fact,
    Likeness,
    Match,
    Memory,
    Outcome,
    Passage,
    Placement,
    Reason,
    Relation,
    Report,
    TopicMatch,
    Trouble,
    Verdict,
    Visit,
)

NOW = datetime(2026, 3, 10, 7, tzinfo=UTC)
WIRE = (
    "Nvidia will set aside 40,000 accelerators for buyers in Malaysia, the company said on Monday. "
    "The first racks are to leave the port of Johor in June.\n"
    "Three ministers had asked for more. The company pointed at its suppliers of memory."
)
RETOLD = "Nvidia reserviert 40.000 Beschleuniger für Malaysia. Die ersten Schränke verlassen Johor im Juni."
SCRIPT = "<script>document.title='taken'</script><img src=x onerror=alert(1)> & \"quoted\" 'single'"
LONG = "Halbleiterausfuhrgenehmigungsverfahren" * 80  # 3,000 characters without a place to break
ARABIC = "إنفيديا تحجز 40 ألف مسرّع للمشترين في ماليزيا"
CHINESE = "英伟达昇腾910C良率升至近60%深度求索增加推理订单今年计划生产十万颗芯片"
HOSTILE = {
    "script": ("en", f"Nvidia {SCRIPT}", f"{SCRIPT}\n\n</div></main><h1>Nvidia taken</h1>", "javascript:alert(1)"),
    "long": ("de", f"Nvidia {LONG}"[:3000], f"Nvidia {LONG}", ""),
    "rtl": ("ar", f"{ARABIC} Nvidia \u202e<b>", f"{ARABIC}. " * 9, ""),
    "cjk": ("zh", CHINESE * 6, f"{CHINESE}。" * 20, ""),
    "zalgo": ("und", "Nvidia " + "e" + "\u0301" * 60 + " ends", "\x00\x07 Nvidia \ud800 half", ""),
}  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """Where to look: ids of articles and of the story that several of them tell."""

    story: str
    first: int
    copy: int
    retelling: int
    hostile: dict[str, int]
    bare: int  # a headline without title and text


def article(name: str, text: str, **more: Any) -> Article:
    values: dict[str, Any] = {
        "url": f"https://paper.example/{name}",
        "title": "Nvidia sets aside 40,000 accelerators",
        "text": text,
        "source": "paper",
        "outlet": "Beispielblatt",
        "language": "en",
        "found": NOW - timedelta(hours=20),
        "published": NOW - timedelta(hours=22),
        "published_from": "page",
    }
    return Article(**(values | more))


ABOUT = (TopicMatch("nvidia", True, 0.93, ("Nvidia",)),)


def fill(store: SqlStore) -> Filled:
    """Writes the archive, through the store's own writer, and the words to be searched for."""
    with store.writing() as writer:
        first = writer.add(article("first", WIRE), ABOUT, (), Verdict(seed=_seed()))
        copied = article("copy", WIRE, outlet="Echo Tagblatt", found=NOW - timedelta(hours=15), published=None)
        copy = writer.add(copied, ABOUT, (), _told(first, Relation.COPY))
        when = {"found": NOW - timedelta(hours=10), "published": NOW - timedelta(hours=11)}
        title = "40.000 Beschleuniger für Malaysia"
        retold = article("retold", RETOLD, outlet="Rheinblick", language="de", title=title, **when)
        retelling = writer.add(retold, ABOUT, (), _told(first, Relation.RETELLING))
        _place(writer, first, {copy: Relation.COPY, retelling: Relation.RETELLING})
        hostile = {
            name: writer.add(
                article(name, text, title=title, language=language, outlet=title[:300], authors=(title[:200],),
                        url=url or f"https://paper.example/{name}", found=NOW + timedelta(minutes=30)),
                ABOUT, (), Verdict(),
            )
            for name, (language, title, text, url) in HOSTILE.items()
        }  # fmt: skip
        bare = writer.add(
            article("bare", "", title="", headline_only="paywall", found=NOW + timedelta(minutes=40)),
            ABOUT,
            (),
            Verdict(),
        )
        writer.correct(Correction(0, "apart", NOW, apart=(((str(first),), (str(bare),)),)))
        writer.publish(_edition(first, copy, retelling), ())
        writer.visited(_visits())
    while store.index_next():
        pass
    head = store.heads([first])[first]
    return Filled(head.story, first, copy, retelling, hostile, bare)


def _seed() -> Match:
    return Match(
        "000", Relation.RELATED, 0.31, Evidence({"copy": 0.1, "facts": 0.4}, (Fact("model", "H20"),), cut=0.75)
    )


def _told(first: int, relation: Relation) -> Verdict:
    shared = (Fact("number", "40000"), Fact("place", "Johor"))
    evidence = Evidence({"copy": 0.9, "facts": 0.8}, shared, (), (Passage(0, 90),), 0.75)
    return Verdict(earlier=Match(str(first), relation, 0.8, evidence))


def _place(writer: Any, first: int, others: dict[int, Relation]) -> None:
    placements = [Placement(str(first), str(first), Relation.NEW)]
    for number, relation in others.items():
        by = Likeness(str(number), str(first), relation, 0.8, 0.75)
        placements.append(Placement(str(number), str(first), relation, by))
    points = writer.points([first, *others])
    near = writer.neighbourhood([first])
    writer.regroup(placements, {near.stories[str(first)]: [point.id for point in points]})


def _edition(first: int, copy: int, retelling: int) -> Edition:
    """Yesterday's: the one of today stands in the archive of every service in the tests."""
    until = NOW - timedelta(days=1)
    reports = tuple(
        Report(number, f"https://paper.example/{number}", "Nvidia sets aside 40,000 accelerators", outlet, "paper",
               language, until, relation, topics=("nvidia",), summary=("Nvidia sets 40,000 aside.",))
        for number, outlet, language, relation in (
            (first, "Beispielblatt", "en", Relation.NEW),
            (copy, "Echo Tagblatt", "en", Relation.COPY),
            (retelling, "Rheinblick", "de", Relation.RETELLING),
        )
    )  # fmt: skip
    entry = Entry("1", "new", ("nvidia",), reports, first=first)
    day = date(2026, 3, 9)
    return Edition(0, day, "07:00 UTC", until - timedelta(days=1), until, until, (("nvidia", "Nvidia"),), (entry,))


def _visits() -> list[Visit]:
    failed = Trouble(Reason.STATUS, f"the server answered 503 {SCRIPT}", 503)
    at, before = NOW - timedelta(minutes=30), NOW - timedelta(minutes=90)
    memory = Memory("paper", due=NOW + timedelta(hours=2), visited=at, failures=3, trouble=failed.text,
                    failing_since=NOW - timedelta(hours=5), title=f"Paper {SCRIPT}")  # fmt: skip
    return [
        Visit("paper", before, before, 200, {Outcome.STORED: 3, Outcome.OFF_TOPIC: 9}, memory),
        Visit("paper", at, at, None, {}, memory, failed),
    ]


def write_seed(folder: Path) -> None:
    """A known document, for the page of them."""
    (folder / "seeds").mkdir(parents=True, exist_ok=True)
    (folder / "seeds" / "000.md").write_text(
        '+++\nid = "000"\nlanguage = "en"\ntitle = "H20 <b>chips</b> for everybody"\ntopics = ["nvidia"]\n+++\n'
        "Nvidia sells H20 chips to everybody who asks, and has said so in March of last year already.\n",
        "utf-8",
    )
