"""How fast pages are read in worker processes, beside bare trafilatura in one process.

    python bench/reading.py [--pages 400] [--processes 2]

The pages are generated here: articles in ten languages, of made-up words with real letters and lengths, in the layout
of a news site (menus, scripts, related links, comments), 50 kB at the median as article pages have without images.
Prints the ratio and writes `bench/results/reading.json`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from watcher.extract import extract_page
from watcher.types import Page
from watcher.workers import WorkerPool

RESULTS = Path(__file__).parent / "results" / "reading.json"

# Frequent words of each language: enough for extractors and language models to take the pages for real ones.
WORDS = {
    "en": "the of and to in is that for with was on are as this company market chip which said new has more year",
    "de": "der die das und in zu den mit von ist auf nicht für ein eine dem auch es sich Unternehmen Chip neue Jahr",
    "pt": "o a de que e do da em um para com não uma os no se na por mais as empresa chip novo mercado ano foi",
    "es": "el la de que y a en un ser se no haber por con su para como estar tener empresa chip nuevo mercado año",
    "fr": "le la de et à les des en un du une que est pour qui dans par sur plus au entreprise puce nouveau marché",
    "it": "il di che e la a un in per è una sono non si da con come le dei nel alla azienda chip nuovo mercato anno",
    "nl": "de het een van en in is dat op te zijn met voor niet aan er om ook bedrijf chip nieuwe markt jaar werd",
    "pl": "w i na z do że się nie to jest o jak za od po ale przez firma układ nowy rynek rok który także oraz",
    "ru": "в и на с по не что это как для от за из к был компания рынок новый год который также после она они",
    "tr": "bir ve bu için ile de da olarak daha çok en şirket yeni pazar yıl olan kadar sonra göre ancak gibi",
}
CJK = {
    "zh": "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说",
    "ja": "のにはをたがでてとしれさあるいるもするからなことしてい半導体市場新製品企業発表開発年月日米中国出荷価格性能",
}


def sentence(language: str, chance: random.Random) -> str:
    if language in CJK:
        return "".join(chance.choices(CJK[language], k=chance.randint(20, 45))) + "。"
    words = chance.choices(WORDS[language].split(), k=chance.randint(10, 26))
    return " ".join(words).capitalize() + "."


def menu_items(language: str, chance: random.Random) -> str:
    items = (
        f'<li class="menu-item"><a href="/section/{n}">{sentence(language, chance)[:14]}</a></li>' for n in range(30)
    )
    return "".join(items)


def article(number: int, chance: random.Random) -> Page:
    language = chance.choice([*WORDS, *CJK])
    paragraphs = "".join(
        f"<p>{' '.join(sentence(language, chance) for _ in range(chance.randint(2, 4)))}</p>\n"
        for _ in range(chance.randint(5, 14))
    )
    headline = sentence(language, chance)[:70]
    menu = menu_items(language, chance)
    cards = "".join(
        f'<div class="card card--small"><a href="/story/{n}" class="card__link"><img src="/i/{n}.jpg" alt=""></a>'
        f'<h3><a href="/story/{n}">{sentence(language, chance)[:60]}</a></h3></div>'
        for n in range(24)
    )
    comments = "".join(
        f'<div class="comment"><p>{sentence(language, chance)}</p></div>' for _ in range(chance.randint(0, 12))
    )
    script = (
        "<script>var settings=" + json.dumps({f"key{n}": n for n in range(chance.randint(900, 2900))}) + "</script>"
    )
    claim = {"@type": "NewsArticle", "headline": headline, "datePublished": "2026-03-01"}
    body = f"""<!DOCTYPE html><html lang="{language}"><head>
<meta charset="utf-8"><title>{headline} | Bench Paper</title>
<meta property="og:title" content="{headline}"><meta property="og:site_name" content="Bench Paper">
<meta property="og:type" content="article">
<meta property="article:published_time" content="2026-03-{1 + number % 28:02}T08:00:00Z">
<script type="application/ld+json">{json.dumps(claim)}</script>
{script}<style>{".a{color:red}" * 300}</style></head><body><header><nav><ul>{menu}</ul></nav></header>
<main><article><h1>{headline}</h1><div class="body">{paragraphs}</div></article><aside>{cards}</aside>
<section class="comments">{comments}</section></main><footer><ul>{menu}</ul>© Bench Paper</footer></body></html>"""
    headers = (("content-type", "text/html; charset=utf-8"),)
    return Page(f"https://paper.example/{number}", 200, headers, body.encode(), datetime(2026, 4, 1, tzinfo=UTC))


def bare(pages: list[Page]) -> float:
    import trafilatura

    trafilatura.extract(pages[0].body, with_metadata=True)
    began = time.perf_counter()
    for page in pages:
        bare_task(page)
    return len(pages) / (time.perf_counter() - began)


def alone(pages: list[Page]) -> float:
    extract_page(pages[0], None)
    began = time.perf_counter()
    for page in pages:
        extract_page(page, None)
    return len(pages) / (time.perf_counter() - began)


def split(pages: list[Page], processes: int) -> float:
    """Bare trafilatura on so many processes that share nothing: what this machine can give at this moment."""
    context = multiprocessing.get_context("fork")
    parts = [pages[start::processes] for start in range(processes)]
    began = time.perf_counter()
    workers = [context.Process(target=bare, args=(part,)) for part in parts]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return len(pages) / (time.perf_counter() - began)


def pooled_bare(pages: list[Page], processes: int) -> float:
    """Bare trafilatura as the workers' task: what the pool itself costs."""
    with WorkerPool(processes=processes) as pool:
        for warm_up in [pool.extract(pages[0], None) for _ in range(processes * 2)]:
            warm_up.result()
        began = time.perf_counter()
        for future in [pool.submit(bare_task, page) for page in pages]:
            future.result()
        return len(pages) / (time.perf_counter() - began)


def bare_task(page: Page) -> str | None:
    import trafilatura

    return trafilatura.extract(page.body, url=page.url, with_metadata=True, output_format="json")


def pooled(pages: list[Page], processes: int) -> tuple[float, int]:
    with WorkerPool(processes=processes) as pool:
        for warm_up in [pool.extract(pages[0], None) for _ in range(processes * 2)]:
            warm_up.result()
        began = time.perf_counter()
        found = [future.result() for future in [pool.extract(page, None) for page in pages]]
        return len(pages) / (time.perf_counter() - began), sum(one.outcome == "article" for one in found)


def main() -> None:
    parser = argparse.ArgumentParser(description="Pages a second in workers, beside bare trafilatura.")
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    chance = random.Random(20261122)
    pages = [article(number, chance) for number in range(options.pages)]
    load_before = os.getloadavg()[0]
    # In turns, so that what else the machine does falls on all alike; the median round counts.
    rounds = [
        (
            bare(pages),
            alone(pages),
            *pooled(pages, options.processes),
            split(pages, options.processes),
            pooled_bare(pages, options.processes),
        )
        for _ in range(options.rounds)
    ]
    result = {
        "load_before": round(load_before, 2),  # figures beside a busy machine are worth little: see the ratio to it
        "pages": len(pages),
        "median_bytes": int(statistics.median(len(page.body) for page in pages)),
        "processes": options.processes,
        "bare_trafilatura_pages_per_second": round(statistics.median(one[0] for one in rounds), 1),
        "in_process_pages_per_second": round(statistics.median(one[1] for one in rounds), 1),
        "workers_pages_per_second": round(statistics.median(one[2] for one in rounds), 1),
        "bare_in_workers_pages_per_second": round(statistics.median(one[5] for one in rounds), 1),
        "bare_on_as_many_processes_pages_per_second": round(statistics.median(one[4] for one in rounds), 1),
        "articles_found": rounds[-1][3],
        "ratio_workers_to_bare_on_as_many_processes": round(statistics.median(one[2] / one[4] for one in rounds), 2),
        "ratio_workers_to_bare": round(statistics.median(one[2] / one[0] for one in rounds), 2),
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
