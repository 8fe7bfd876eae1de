from __future__ import annotations

from collections.abc import Sequence

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


NAMES = {
    "Flemish": "Mathieu van der Hoeven outsprinted Jasper de Witte and Wout van den Broeck to win the Ronde van "
    "Zandhoven. De Witte, of Team Noorderlicht–Hoogstraten, led out too early and faded. In the race for women Marieke "
    "van Wanroij rode away from Ellen ter Beek on the Paterberg and held on by four seconds.",
    "Polish": "Zbigniew Przybylski and Agnieszka Wójcik-Kowalczyk moved from Bydgoszcz to Szczebrzeszyn in 1981. "
    "Stanisław Grzegorczyk was the first to sign. In Łódź, Częstochowa and Świnoujście they held out till Wednesday.",
    "Hawaiian": "Kealiʻi Kamakawiwoʻole of Kahoʻolawe danced with Hālau Nā Mamo o Puʻuanahulu at Merrie Monarch. From "
    "Waimānalo to Kahaluʻu and Lāʻie the hālau came by bus. Nāinoa Thompson sailed Hōkūleʻa past Papahānaumokuākea.",
    "Welsh": "Meirion Llywelyn of Plaid Cymru beat Gwenllian Rhys-Hughes in Dwyfor Meirionnydd by 212 votes. At Ysgol "
    "Glan-y-Môr in Pwllheli the count went on till four. Rhodri ap Gwilym lost his deposit in Ynys Môn.",
    "German": "Annegret Kramp-Karrenbauer and Karl-Theodor zu Guttenberg met Frank-Walter Steinmeier in Schloss "
    "Bellevue. The Süddeutsche Zeitung and the Frankfurter Allgemeine sent reporters, and Die Zeit did not. "
    "The Bundesverfassungsgericht ruled on the Finanzausgleichsgesetz.",
    "Turkish": "Recep Yılmaz and Ayşe Gül Öztürk opened a shop in Kadıköy, near the Haydarpaşa terminal. Their çaycı, "
    "Hüseyin Çelikoğlu, makes the tea. Müge Karagözoğlu designed the sign.",
    "Welsh, in short": "Angharad Llywelyn beat Siân Rhydderch in Llanberis. Gruffydd ap Dafydd and Myfanwy Prydderch "
    "shared third. Prydderch will miss it.",
    "Vietnamese": "Nguyễn Văn Quyết scored twice for Hà Nội against Hoàng Anh Gia Lai. Đỗ Duy Mạnh was booked. Trần "
    "Đình Trọng missed a penalty. Coach Lê Đức Tuấn said he was proud.",
    "Italian": "L'Aquila rebuilt all'aperto dell'Orto beside Sant'Agostino d'Abruzzo. Dall'Aglio and D'Annunzio opened "
    "it. Nobody came to dell'Acqua's speech.",
    "Finnish": "Jyväskylä beat Hämeenlinna 3-1 on Saturday, with goals from Pekka Väisänen, Jukka Hyvönen and Teemu "
    "Mäkelä. Kärpät lost to Ilves at Tampere. Heikki Saarikoski was hurt.",
}


@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_english_full_of_foreign_names_is_english(text: str) -> None:
    assert detect(text)[0] == "en"
    document = with_language(formats.from_text(text))
    assert foreign(segment(document), document.language) == ()


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("De gemeenteraad heeft dinsdag besloten de oude brug af te sluiten. Automobilisten moeten omrijden.", "nl"),
        ("John Smith en Mary Johnson van The New York Times spraken met Elon Musk over Starship en Twitter.", "nl"),
        ("Le patron de General Motors, Mary Barra, a rencontré Tim Cook et Jeff Bezos à Washington hier.", "fr"),
        ("Broen ble stengt for natten, og ingen hadde sagt det til bilistene, så de ventet til morgenen kom.", "nb"),
        ("Broen blev lukket for natten, og ingen havde sagt det til bilisterne, så de ventede til om morgenen.", "da"),
        ("Ich weiß nicht, was das soll.", "de"),
        ("Wout van der Meer beat Jasper de Vries at Oudenaarde.", "und"),
        ("Kia ora, Aotearoa! Ko te reo te mauri o te mana Māori. He nui ngā tāngata i tae mai ki te hui.", "not en"),
        ("Tá cinneadh déanta ag an gcomhairle an seandroichead a dhúnadh Dé Máirt, agus go leor eile.", "not en"),
    ],
)
def test_other_languages_are_told_whatever_names_stand_in_them(text: str, tag: str) -> None:
    found = detect(text)[0]
    assert found != "en" if tag == "not en" else found == tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("cs-en de-en ja-en ru-en zh-en", "und"),
        ("He wrote Москва и Киев сегодня in the book", "en"),
        ("请在 Kubernetes Dashboard 中打开它们", "zh"),
    ],
)
def test_text_in_latin_letters_is_in_no_language_of_another_script(text: str, tag: str) -> None:
    assert detect(text)[0] == tag


DIALECTS = [
    "'E ain't 'ere, guv'nor, 'e's gorn 'ome to 'is missus.",
    "’E ain’t ’ere, guv’nor, ’e’s gorn ’ome to ’is missus.",
    "“Wot's 'appened to 'er 'at, then?” arsked the barrow boy. “She ain't 'ad it since Toosday, 'as she?”",
    "Dinna fash yersel, lass, the bairns are awa tae the kirk wi' their faither.",
    "I dinnae ken whit ye're on aboot, but ah cannae go wi' ye the nicht.",
    "'E were reet chuffed wi' 'issen, were our Jack; there's nowt so queer as folk.",
    "Ye'll be wantin' a wee drop, so ye will, afore ye go up them stairs.",
    "She done tol' 'em 'bout it las' week, but dey ain't lissen none.",
]


@pytest.mark.parametrize("text", DIALECTS)
def test_dialects_of_english_are_english(text: str) -> None:
    assert detect(text)[0] == "en"
    assert foreign(segment(formats.from_text(f"{ENGLISH}\n\n{text}", language="en")), "en") == ()


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Er sagte: 'Er ist es nicht gewesen', und ging nach Hause, ohne sich umzusehen.", "de"),
        ("Hij heeft 't niet gezien, want 's avonds is 'r niemand in de stad te vinden.", "nl"),
        ("'O sole mio sta 'nfronte a te, che bella cosa 'na jurnata 'e sole.", "it"),
    ],
)
def test_an_apostrophe_alone_makes_no_dialect_of_english(text: str, tag: str) -> None:
    assert detect(text)[0] == tag


def test_what_is_half_in_another_language_is_not_taken_for_it() -> None:
    assert (
        detect(f"{ENGLISH} Die Brücke war in der Nacht gesperrt, und niemand hatte es den Fahrern gesagt.")[0] != "de"
    )


def test_invisible_characters_do_not_make_the_sample_shorter() -> None:
    text = "Der Rat hat entschieden, und alle waren dafür. " * 20 + f"{ENGLISH} " * 30
    assert detect("".join(f"{char}\u200b" for char in text))[0] == detect(text)[0]


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
        "Rock ’n’ roll ain’t noise.",
        "“We’re goin’ home,” he sang, “’cause the night’s too long.”",
        "Y’all ain’t seen nothin’ yet, says l’Oréal’s man in d’Orsay.",
        "He was fishin’ ’n’ huntin’ an’ singin’.",
        "O’ my soul, th’ night’s o’er an’ th’ day’s nigh.",
        "De Vries led out too early and faded near Oude Kwaremont.",
        "Lotte de Groot’s brother Jan fourth, Dries van Gestel punctured at Oude Kwaremont.",
        "Shares closed lower Friday amid renewed inflation worries.",
        "cs-en de-en ja-en ru-en zh-en",
        "pt-BR zh-TW en-GB de-AT fr-CA es-MX",
        "cs, de, en, es, fr, it, nl, ru",
        "mm cm km kg mg dl ml",
        "AA BB CC DD EE FF GG",
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


GERMAN_SOURCES = ("Die Datei wurde gestern an das Archiv geschickt.", "Sie können den Ordner jetzt wieder öffnen.")


@pytest.mark.parametrize(
    ("header", "sources", "language"),
    [("", GERMAN_SOURCES, "de"), ('"X-Source-Language: fr\\n"\n', GERMAN_SOURCES, "fr"), ("", ("Ja", "Nein"), None)],
)
def test_the_language_of_sources_is_detected_where_nothing_says_it(
    header: str, sources: Sequence[str], language: str | None
) -> None:
    messages = "\n".join(f'msgid "{source}"\nmsgstr "Yes, the file."\n' for source in sources)
    raw = f'msgid ""\nmsgstr ""\n"Language: en\\n"\n{header}\n{messages}'
    (document,), _ = formats.read_bytes(raw.encode(), "en.po")
    assert with_language(document).source_language == language
