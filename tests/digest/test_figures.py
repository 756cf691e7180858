"""Outlets that give different figures for one claim, and figures that only look different."""

from __future__ import annotations

import pytest

from watcher.digest.figures import differences, shared
from watcher.digest.reading import Reader


@pytest.fixture
def told(stored):
    def tell(*reports):
        """(outlet, language, title, text) each, earliest first."""
        articles = [
            stored(outlet, language=language, title=title, text=text, relation="retelling", hours=9 - place)
            for place, (outlet, language, title, text) in enumerate(reports)
        ]
        found = differences(articles, Reader())
        return [(each.unit, each.of, [(one.value, one.outlets) for one in each.figures]) for each in found]

    return tell


def test_one_claim_with_two_figures_is_told_with_the_outlets_of_each(told):
    assert told(
        ("A", "de", "DeepSeek hat 50.000 H100", "DeepSeek besitzt 50.000 H100, sagt Wang."),
        ("B", "en", "DeepSeek has 2,000 H100", "The lab has 2,000 H100 chips, Wang said."),
        ("C", "zh", "深度求索拥有5万块H100", "深度求索拥有5万块H100。"),
    ) == [("", "H100", [(50000, ("A", "C")), (2000, ("B",))])]


def test_money_of_one_deed_in_two_languages(told):
    assert told(
        ("A", "en", "Nvidia invests $500 million in startup", "x"),
        ("B", "ru", "Nvidia вложит 300 миллионов долларов в стартап", "y"),
        ("C", "ja", "エヌビディア、新興企業に5億ドル出資", "z"),
    ) == [("USD", "", [(5e8, ("A", "C")), (3e8, ("B",))])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("en", "Order of 49,800 H100 chips"), ("zh", "订购约5万块H100")),
        (("en", "Nvidia deal is worth 2 trillion dollars"), ("de", "Nvidia: Vertrag über 2,1 Billionen Dollar")),
        (("pt", "Nvidia investe US$ 2 trilhões"), ("ja", "エヌビディア、2兆ドルを投資")),
        (("en", "Nvidia orders 50 thousand H100"), ("de", "Nvidia bestellt 50.000 H100")),
        (("en", "Yield of the 910C rises to 58%"), ("fr", "Le rendement du 910C atteint près de 60 %")),
    ],
)
def test_rounding_magnitude_and_locale_are_no_difference(told, one, other):
    assert told(("A", *one, ""), ("B", *other, "")) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Huawei chip yield reaches 60%", ""), ("Nvidia shares fall 5% on Huawei news", "")),  # two claims
        (("Nvidia sells 700 H20 for $12 million", ""), ("Nvidia sells its office for $90 million", "")),
        (("Huawei ships 700 910C", "It had promised 900 910C."), ("Huawei ships 900 910C", "")),  # one tells both
        (("Launch in 3 months", ""), ("Launch in 5 months", "")),
        (("Nvidia sells 2 H20", ""), ("Nvidia sells 2,000,000 H20", "")),  # no two tellings of one claim
    ],
)
def test_two_claims_are_no_difference(told, one, other):
    assert told(("A", "en", *one), ("B", "en", *other)) == []


def test_an_outlet_that_corrected_itself_differs_from_nobody(told):
    assert (
        told(("A", "en", "Nvidia sells 700 H20", ""), ("A", "en", "Nvidia sells 900 H20", ""), ("B", "en", "x", ""))
        == []
    )


def test_no_more_than_two_claims_are_told(told):
    one = "Nvidia ships 700 H20, 900 H800, 300 A800 and 400 H100"
    other = "Nvidia ships 500 H20, 600 H800, 200 A800 and 150 H100"
    assert len(told(("A", "en", one, ""), ("B", "en", other, ""))) == 2


def test_each_shared_fact_is_named_once_and_the_day_of_the_report_is_none(stored):
    reports = [
        stored("A", title="Huawei to make 100,000 of the 910C", text="Huawei said so on 10 March 2025."),
        stored("B", title="Huawei plant 100.000 Stück des 910C", text="Das war am 10. März 2025.", language="de"),
    ]
    values = [each.value for each in shared(reports, Reader())]
    assert len(values) == len(set(values))
    assert any("910C" in value for value in values)
    assert not any("March" in value for value in values)


def test_what_reports_have_in_common_is_named_whole(stored):
    one = stored("A", text="The Pearl River Delta gets a plant. Firms from São Paulo will build it, Zubrinski said.")
    other = stored("B", text="In the Pearl River Delta a plant is to be built by firms from São Paulo, says Zubrinski.")
    names = {each.value for each in shared([one, other], Reader()) if each.kind == "name"}
    assert names == {"Pearl River Delta", "São Paulo", "Zubrinski"}


def test_a_name_of_two_words_is_whole_where_only_one_report_writes_its_marks(stored) -> None:
    one = stored("A", text="A complaint by a consumer institute in São Paulo set it off, Zubrinski said.")
    other = stored("B", text="It was set off by a consumer institute of Sao Paulo, says Zubrinski.")
    assert {each.value for each in shared([one, other], Reader()) if each.kind == "name"} == {"São Paulo", "Zubrinski"}
