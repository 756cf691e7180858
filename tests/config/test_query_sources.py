"""Kind `query` in config.toml: what its keys need of each other, and the source that is made of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from command import ROOT

from watcher.config import load_config, source_problems
from watcher.errors import ConfigError
from watcher.types import Source

TOPICS = """
[topics.deepseek]
names = ["DeepSeek", "DeepSeek R1", "深度求索"]

[topics.han]
names = ["深度求索"]
"""


def loaded(tmp_path: Path, *lines: str) -> Source:
    file = tmp_path / "config.toml"
    file.write_text('[watcher]\ntimezone = "UTC"\n[[sources]]\nid = "s"\n' + "\n".join(lines) + TOPICS, "utf-8")
    (source,) = load_config(file, {}).sources
    return source


def test_a_query_is_made_of_the_names_of_its_one_topic_in_its_language(tmp_path: Path):
    source = loaded(tmp_path, 'kind = "query"', 'engine = "google-news"', 'language = "zh"', 'topics = ["deepseek"]')
    assert source.query == '"DeepSeek" OR "深度求索"'
    assert source.url.startswith("https://news.google.com/rss/search?q=%22DeepSeek%22")
    assert (source.engine, source.most, source.role, source.pages) == ("google-news", 30, "aggregator", "on-topic")


def test_what_is_written_wins_over_what_an_engine_brings_along(tmp_path: Path):
    source = loaded(
        tmp_path, 'kind = "query"', 'engine = "hacker-news"', 'query = "Nvidia"', "most = 5", 'role = "outlet"',
        'pages = "always"', 'interval = "2h"',
    )  # fmt: skip
    assert (source.query, source.most, source.role, source.pages) == ("Nvidia", 5, "outlet", "always")
    assert source.interval == timedelta(hours=2)
    assert "hitsPerPage=5" in source.url


@pytest.mark.parametrize(
    ("engine", "role", "pages"),
    [
        ("bing-news", "aggregator", "on-topic"), ("gdelt", "aggregator", "on-topic"), ("reddit", "forum", "never"),
        ("arxiv", "primary", "never"), ("hacker-news", "forum", "never"),
    ],
)  # fmt: skip
def test_an_engine_says_how_what_it_finds_counts(tmp_path: Path, engine: str, role: str, pages: str):
    source = loaded(tmp_path, 'kind = "query"', f'engine = "{engine}"', 'query = "x"')
    assert (source.role, source.pages) == (role, pages)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['kind = "query"', 'query = "x"'], "sources[1].engine: missing, expected one of google-news,"),
        (['kind = "query"', 'engine = "gogle"', 'query = "x"'], "sources[1].engine: expected"),
        (['kind = "query"', 'engine = "gdelt"'], 'sources[1]: expected query = "…", or topics = ["…"] with one topic'),
        (['kind = "query"', 'engine = "gdelt"', 'topics = ["deepseek", "han"]'], "with one topic"),
        (['kind = "query"', 'engine = "gdelt"', 'topics = ["han"]'], 'topic "han" has no name'),
        (
            ['kind = "query"', 'engine = "gdelt"', 'query = "x"', 'url = "https://a.example/"'],
            "sources[1].url: not with",
        ),
        (['kind = "query"', 'engine = "gdelt"', 'query = "x"', "most = 0"], "sources[1].most: expected a number of at"),
        (['url = "https://a.example/"', 'engine = "gdelt"'], 'sources[1].engine: expected only with kind = "query"'),
        (['kind = "feed"'], "sources[1].url: missing"),
    ],
)
def test_every_mistake_is_named_with_its_key(tmp_path: Path, lines: list[str], said: str):
    with pytest.raises(ConfigError) as refused:
        loaded(tmp_path, *lines)
    assert said in str(refused.value)


def test_a_row_that_is_to_be_written_is_held_to_the_same(tmp_path: Path):
    del tmp_path
    assert source_problems({"id": "a"}) == [
        'sources[1].url: missing, expected an address like "https://example.org/feed.xml"'
    ]
    assert source_problems({"id": "a", "kind": "query", "engine": "arxiv", "query": "x"}) == []


def test_every_search_that_is_off_in_the_shipped_configuration_loads_when_it_is_chosen(tmp_path: Path):
    text = (ROOT / "config.toml").read_text("utf-8")
    chosen = [
        "\n".join(line.removeprefix("# ") for line in block.strip().splitlines())
        for block in text.split("\n\n")
        if '# kind = "query"' in block and block.strip().startswith("# [[sources]]")
    ]
    file = tmp_path / "config.toml"
    file.write_text("\n\n".join([text, *chosen]), "utf-8")
    sources = load_config(file, {}).sources
    assert len(chosen) == sum(source.kind == "query" for source in sources) > 10
    assert all(source.kind == "feed" for source in load_config(ROOT / "config.toml", {}).sources)
