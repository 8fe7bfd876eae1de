from __future__ import annotations

import pytest
import wordfreq

from mtqa import formats
from mtqa.language import _common_words, detect, foreign, with_language
from mtqa.segmentation import segment

ENGLISH = "The bridge was closed for the night. Nobody had told the drivers, and so they waited until the morning came."


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        (ENGLISH, "en"),
        ("Die Brücke war in der Nacht gesperrt, und niemand hatte es den Fahrern gesagt.", "de"),
        ("Le pont était fermé pour la nuit et personne ne l'avait dit aux chauffeurs.", "fr"),
        ("El puente estaba cerrado por la noche y nadie se lo había dicho a los conductores.", "es"),
        ("Мост был закрыт на ночь, и никто не сказал об этом водителям.", "ru"),
        ("这座桥夜间关闭，没有人告诉司机。", "zh"),
        ("橋は夜間閉鎖されており、誰も運転手に伝えていませんでした。", "ja"),
        ("Hello.", "und"),
        ("", "und"),
        ("1 2 3 4 5 6 7 8 9", "und"),
    ],
)
def test_detect(text: str, tag: str) -> None:
    found, confidence = detect(text)
    assert found == tag
    assert 0 <= confidence <= 1


def test_a_declared_language_stays() -> None:
    assert with_language(formats.from_text(ENGLISH, language="de")).language == "de"
    found = with_language(formats.from_text(ENGLISH))
    assert (found.language, found.declared) == ("en", False)
    assert with_language(formats.from_text("No.")).language == "und"


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Die Polizei hat am Abend noch keine Angaben zu den Opfern gemacht.", "de"),
        ("El presidente no quiso hablar con los medios de comunicación.", "es"),
        ("Президент не захотел говорить с журналистами об этом.", "ru"),
        ("总统星期五宣布将建造一座新桥。", "zh"),
    ],
)
def test_foreign_segments_are_found(text: str, tag: str) -> None:
    segments = segment(formats.from_text(f"{ENGLISH}\n\n{text}", language="en"))
    assert [(one.segment.text, one.language) for one in foreign(segments, "en")] == [(text, tag)]
    assert foreign(segments, "und") == ()


@pytest.mark.parametrize(
    "text",
    [
        "Emmanuel Macron, Marine Le Pen, Jean-Luc Mélenchon, Éric Zemmour and Anne Hidalgo.",
        "Sheinbaum, Trump, Kelly, Sinaloa, Guadalajara, Monterrey, Tijuana, Culiacán.",
        "Borussia Dortmund: Bürki – Piszczek, Hummels, Akanji, Schulz – Witsel, Delaney.",
        "Rio de Janeiro, São Paulo, Buenos Aires, Santiago de Chile, La Paz.",
        "Police confirmed three arrests yesterday evening; officers questioned witnesses.",
        "Übergabe beendet.",
        "Shares closed lower Friday amid renewed inflation worries.",
    ],
)
def test_names_and_terse_english_are_not_foreign(text: str) -> None:
    assert foreign(segment(formats.from_text(text, language="en")), "en") == ()


def test_masked_words_do_not_count() -> None:
    (document,), _ = formats.read_bytes(b"Run `die der das und ist nicht auch mit von zu` now.", "a.md", language="en")
    assert foreign(segment(document), "en") == ()


def test_word_lists_of_languages_do_not_stay_in_memory() -> None:
    """All of them are hundreds of megabytes."""
    _common_words.cache_clear()
    words = {tag: _common_words(tag) for tag in ("de", "es", "fr", "hr", "pl")}
    assert all(100 < len(found) <= 150 for found in words.values())
    assert "nicht" in words["de"]
    assert wordfreq.get_frequency_list.cache_info().currsize == 0
