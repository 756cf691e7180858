"""What an edition says in the page's own words: its sums, its cautions, whose reporting a story is, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from watcher.digest.health import plain_reason
from watcher.digest.view import StoryView, View
from watcher.render.clean import shorten
from watcher.render.words import Words
from watcher.types import Caution, FailingSource, Outcome, SourceChange

# Outlets with reporting of their own that are named; more of them are a matter for the list.
_ORIGINALS = 3
# Languages or topics that one caution names above the news, whose first headline must stay in sight on a phone.
CAUTIONED = 4


class Phrases:
    """Puts what a view holds into words."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def counts(self, view: View) -> list[str]:
        """What was found and what became of it, in one sum, and how wide it was gathered."""
        counts, say = view.counts, self._words.say
        stories = say("stories", n=counts.news)
        if counts.headlines or counts.shelved:
            places = {"told": counts.stories, "shelved": counts.shelved, "headlines": counts.headlines}
            shares = [say(key, n=number) for key, number in places.items() if number or key == "told"]
            stories = say("counted_stories", stories=stories, parts=say("comma").join(shares))
        spread = {"outlets": counts.outlets, "languages": counts.languages}
        return [self._sum(view, stories), *(say(key, n=number) for key, number in spread.items() if number > 1)]

    def totals(self, view: View) -> list[str]:
        """The same sum in the index, which tells no story in full."""
        return [self._sum(view, self._words.say("stories", n=view.counts.news))]

    def cautions(self, view: View, most: int | None = None) -> list[str]:
        """What makes the edition less than it should be, a sentence for each kind; `most` names in one of them."""
        titles = dict(view.topics)
        said = [
            self._words.say("caution.sources", n=each.seen, usual=self._number(each.usual))
            for each in view.cautions
            if each.about == "sources"
        ][:1]
        names = {
            "language": [
                self._fell(each, self._words.language_name(each.name))
                for each in view.cautions
                if each.about == "language"
            ],
            "topic": [
                self._fell(each, titles.get(each.name, each.name)) for each in view.cautions if each.about == "topic"
            ],
        }
        return said + [self._fewer(about, fallen, most) for about, fallen in names.items() if fallen]

    def carriage(self, story: StoryView) -> list[str]:
        """How many outlets carry a story and whose reporting it is; nothing for what one outlet found out itself."""
        say, found = self._words.say, story.sourcing
        outlets = say("outlets", n=len(story.outlets))
        if found is None:
            return [outlets] if len(story.outlets) > 1 else []
        if not found.originals:
            return [outlets, say("origin_unclear")] if found.outlets > 1 else []
        if found.outlets == 1 and list(found.originals) == list(story.outlets):
            return []
        names = ", ".join(shorten(name, 48) for name in found.originals[:_ORIGINALS])
        more = " …" if len(found.originals) > _ORIGINALS else ""
        parts = [outlets, say("original_reports", n=len(found.originals), names=names + more)]
        return [*parts, say("of_unclear_origin", n=len(found.unclear))] if found.unclear else parts

    def kept(self, kept: Mapping[str, int]) -> str:
        """What was kept back because somebody said so, in one line; empty where nothing was."""
        parts = [self._words.say(f"kept.{kind}", n=count) for kind, count in kept.items() if count]
        return self._words.say("kept_back", what=self._words.say("comma").join(parts)) if parts else ""

    def wrong(self, source: FailingSource) -> str:
        """What is wrong with a source, in the page's language where its reason is known."""
        if source.reason is None:
            return source.trouble
        return self._words.say(f"trouble.{plain_reason(source.reason, source.status)}", status=str(source.status or ""))

    def changed(self, change: SourceChange) -> str:
        """What happened to a source."""
        span = self._words.span(change.at - change.since) if change.since else ""
        return self._words.say(f"changed.{change.change}", span=span, url=change.url or "")

    def outcomes(self, ended: Mapping[Outcome, int]) -> list[str]:
        """What became of leads, the counts of it."""
        return [self._words.say(f"outcome.{each}", n=count) for each, count in ended.items()]

    def _fewer(self, about: str, fallen: list[str], most: int | None) -> str:
        comma = self._words.say("comma")
        more = f"{comma}+{len(fallen) - most}" if most is not None and len(fallen) > most else ""
        return self._words.say(f"caution.{about}", names=comma.join(fallen[:most]) + more)

    def _fell(self, caution: Caution, name: str) -> str:
        return self._words.say("fell", n=caution.seen, name=shorten(name, 32), usual=self._number(caution.usual))

    def _number(self, usual: float) -> str:
        return self._words.figure(round(usual) if usual >= 1 else round(usual, 1))

    def _sum(self, view: View, stories: str) -> str:
        """Articles are new stories, known ones, further reports of either, and mentions; zeros are left out."""
        counts, say = view.counts, self._words.say
        rest = {"counted_known": counts.known, "folded": counts.folded, "counted_mentions": counts.mentions}
        parts = [stories, *(say(key, n=number) for key, number in rest.items() if number)]
        found = say("articles", n=counts.articles)
        return say("counted", found=found, parts=say("comma").join(parts)) if counts.articles else found
