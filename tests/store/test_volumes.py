from __future__ import annotations

from datetime import timedelta

from watcher.types import Found, TopicMatch, Verdict

HOUR = timedelta(hours=1)


def test_what_was_found_is_counted_by_language_and_by_what_it_is_about(store, build):
    rows = [(1, "de", True, False), (2, "de", False, False), (2, "en", True, False), (2, "en", True, True)]
    with store.writing() as writer:
        for number, (hours, language, about, told) in enumerate(rows):
            article = build.article(str(number), found=build.now + hours * HOUR, told=told, language=language)
            topics = (TopicMatch("nvidia", about, 0.9, ("Nvidia",)),)
            writer.add(article, topics, (), Verdict())
    bounds = [build.now + hours * HOUR for hours in (0, 1, 2, 3)]
    assert store.volumes(bounds) == (Found(), Found({"de": 1}, {"nvidia": 1}), Found({"de": 1, "en": 1}, {"nvidia": 1}))
    assert store.volumes(bounds[::-1]) == (Found(), Found(), Found())
    assert store.volumes(bounds[:1]) == store.volumes([]) == ()
    # Moments in any order: each span is counted for itself, also where two of them overlap.
    zigzag = [bounds[0], bounds[3], bounds[1], bounds[2], bounds[2]]
    both = Found({"de": 2, "en": 1}, {"nvidia": 2})
    assert store.volumes(zigzag) == (both, Found(), Found({"de": 1}, {"nvidia": 1}), Found())
