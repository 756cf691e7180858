"""What a rule would have found, and what is wrong with one."""

from __future__ import annotations

from datetime import UTC, datetime

from watcher.subjects import misfits, tried
from watcher.types import PassedText, TopicRule

NOW = datetime(2026, 3, 12, tzinfo=UTC)
RULE = TopicRule("tsmc", "TSMC", ("TSMC", "台积电"))


def text(title: str, source: str = "paper", language: str = "en", article: int | None = None) -> PassedText:
    return PassedText(article, f"https://{source}.example/{title}", title, "", source, language, NOW)


def test_it_is_counted_by_language_source_and_name():
    found = tried(
        RULE, [text("TSMC builds"), text("台积电涨价", "bao", "zh", 7), text("A ferry is late"), text("TSMC")]
    )
    assert (found.looked, found.found, found.about, found.stored) == (4, 3, 3, 1)
    assert found.languages == {"en": 2, "zh": 1}
    assert found.sources == {"paper": 2, "bao": 1}
    assert found.terms == {"TSMC": 2, "台积电": 1}
    assert found.share == 0.75


def test_samples_are_of_every_source_before_a_second_of_one():
    texts = [text(f"TSMC {number}") for number in range(20)] + [text("TSMC", "late"), text("台积电", "bao", "zh")]
    assert {sample.text.source for sample in tried(RULE, texts, most=4).samples} == {"paper", "late", "bao"}
    assert len(tried(RULE, texts, most=4).samples) == 4


def test_a_rule_that_finds_everything_is_said_to():
    of_chips = TopicRule("chips", "chips", ("chip",))
    texts = [text(f"A chip {number}") for number in range(60)] + [text("A ferry")] * 40
    (misfit,) = misfits(of_chips, [], tried(of_chips, texts))
    assert "60%" in misfit.says
    assert "chip" in misfit.says
    assert not misfit.grave
    assert not misfits(of_chips, [], tried(of_chips, texts[:10])), "ten texts say nothing"


def test_a_rule_without_a_name_that_is_enough_is_said_to():
    assert misfits(TopicRule("r", "R", (), ("R",), ("language",)), [])[0].says.startswith("R is ambiguous")
    assert misfits(TopicRule("r", "R"), [])[0].grave


def test_what_is_a_topic_already_is_refused():
    other = TopicRule("chipmaker", "The chipmaker", ("tsmc",))
    assert any(each.grave and "chipmaker" in each.says for each in misfits(RULE, [other]))
    assert misfits(RULE, [TopicRule("tsmc", "x", ("y",))])[0].grave
    assert not misfits(RULE, [TopicRule("amd", "AMD", ("AMD",))])
