"""The figures of docs/scale.md are those that bench/scale.py computes from what was measured."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "bench"))

import scale  # noqa: E402 - it is no package


def test_the_page_says_what_is_computed():
    page = scale.PAGE.read_text("utf-8")
    for name, text in scale.blocks().items():
        shown = page.split(f"<!-- {name} -->\n")[1].split(f"<!-- end of {name} -->")[0]
        assert shown.strip() == text.strip(), "python bench/scale.py --write brings the page up to date"


def test_a_slower_reader_takes_more_hours_and_money_and_leaves_the_writer_more_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scale, "RESULTS", tmp_path)
    assert not scale.plan().measured
    sizes = {
        "10000": {"ingest_cpu_ms": 9.0, "judging_ms": 16.0, "candidates": 4.0},
        "1000000": {"ingest_cpu_ms": 10.0, "judging_ms": 20.0, "candidates": 4.0},
    }
    (tmp_path / "lookup.json").write_text(json.dumps({"sizes": {"100000": {"candidates_mean": 1.0}}}))
    (tmp_path / "million.json").write_text(json.dumps({"sqlite": {"sizes": sizes}}))
    plans = []
    for rate in (20.0, 10.0):
        ours = {"megabytes_packed_per_second_and_core": rate, "pages_per_second_and_core": 1e9}
        (tmp_path / "warc.json").write_text(json.dumps({"ours": ours}))
        plans.append(scale.plan())
    quick, slow = plans
    assert quick.measured
    assert slow.core_hours == pytest.approx(2 * quick.core_hours)
    assert slow.dollars == pytest.approx(2 * quick.dollars)
    assert quick.core_hours == pytest.approx(quick.files * scale.FILE_BYTES / 20e6 / 3600)
    assert slow.settle_ms == 15.0  # judged against as many as real news meets; that of the largest archive
    assert slow.cores_before_writer > quick.cores_before_writer


def test_each_of_the_two_files_that_is_missing_is_said_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scale, "RESULTS", tmp_path)
    ours = {"megabytes_packed_per_second_and_core": 9.0, "pages_per_second_and_core": 700.0}
    (tmp_path / "warc.json").write_text(json.dumps({"ours": ours}))
    blocks = scale.blocks()
    assert "bench/results/warc.json" in blocks["a year"]
    assert "make bench-warc" not in blocks["a year"]
    assert "`make bench-million` has not been run" in blocks["a year"]
    assert "has not been run" in blocks["one box"]
    assert "side by" not in blocks["one box"]
