"""Polite words to people who write in another language than English, in theirs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from memories.wording.words import words


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language in Latin letters, with what is said in it.

    Args:
        code: as in ISO 639-1.
        marks: small words that tell it.
        greetings: words that greet or part; one is enough where no English stands beside it.
        thanks: the same of thanks.
        limits: that English is understood best without a language model.
        kept: that what is said is kept all the same.
        noted: that alone, once the limits are known.
        cannot: that a question can't be answered without a language model.
        welcome: what thanks are answered with.
        partings: words of goodbye; one of them answers another.
    """

    code: str
    marks: str
    greetings: str
    thanks: str
    limits: str
    kept: str
    noted: str
    cannot: str
    welcome: str
    partings: str = ""


_TONGUES = (
    Tongue(
        "de",
        "ich du ist nicht und der die das ein eine wie mein meine habe bin wir heute kannst was"
        " guten geht dir es mir sie er auf für auch einen sprichst deutsch verstehst",
        "hallo servus",
        "danke dankeschön",
        "Ohne Sprachmodell verstehe ich am besten Englisch.",
        "Was du schreibst, merke ich mir trotzdem.",
        "Gut, das merke ich mir.",
        "Darauf kann ich ohne Sprachmodell leider nicht antworten.",
        "Gern!",
        "tschüss tschüs",
    ),
    Tongue(
        "fr",
        "je tu est pas et le la les un une mon ma suis nous vous quoi comment ai dans ça va avec"
        " j'habite c'est beaucoup des pour du comprends parles français",
        "bonjour salut bonsoir",
        "merci",
        "Sans modèle de langage, je comprends surtout l'anglais.",
        "Je garde quand même ce que tu écris.",
        "D'accord, je le garde.",
        "Sans modèle de langage, je ne peux pas répondre à cela.",
        "Avec plaisir !",
        "adieu",
    ),
    Tongue(
        "es",
        "yo tú es no y el la los un una mi soy estoy qué cómo tengo muy hoy vivo en estás puedes"
        " con para hacer por hablas español",
        "hola",
        "gracias",
        "Sin un modelo de lenguaje entiendo sobre todo inglés.",
        "Aun así guardo lo que escribes.",
        "De acuerdo, lo guardo.",
        "Sin un modelo de lenguaje no puedo responder a eso.",
        "¡De nada!",
        "adiós chao",
    ),
    Tongue(
        "nl",
        "ik jij je is niet en de het een mijn ben heb wij wat hoe vandaag woon maar ook gaat met"
        " jou kun spreek nederlands",
        "hoi goedemorgen goedenavond",
        "bedankt dankjewel",
        "Zonder taalmodel begrijp ik vooral Engels.",
        "Wat je schrijft bewaar ik wel.",
        "Goed, dat bewaar ik.",
        "Daar kan ik zonder taalmodel helaas niet op antwoorden.",
        "Graag gedaan!",
        "doei doeg",
    ),
    Tongue(
        "it",
        "io tu è non e come il lo la gli un una mio mia sono ho che oggi vivo di stai puoi con"
        " piace dici della ciao"
        " per fare parli italiano",
        "buongiorno buonasera",
        "grazie",
        "Senza un modello linguistico capisco soprattutto l'inglese.",
        "Quello che scrivi lo conservo comunque.",
        "Va bene, lo conservo.",
        "Senza un modello linguistico non posso rispondere.",
        "Prego!",
    ),
    Tongue(
        "pt",
        "eu você é não os um uma meu minha sou estou que como tenho muito hoje moro em bom tudo bem"
        " com para fala falas português",
        "olá",
        "obrigado obrigada",
        "Sem um modelo de linguagem, entendo melhor o inglês.",
        "Mesmo assim guardo o que você escreve.",
        "Certo, vou guardar.",
        "Sem um modelo de linguagem não consigo responder a isso.",
        "De nada!",
        "tchau",
    ),
    Tongue(
        "pl",
        "ja ty jest nie w na jak się masz mam jestem mieszkam dzień dobry dziś co czy moja mój z"
        " do możesz mówisz po polsku",
        "cześć siema",
        "dziękuję dzięki",
        "Bez modelu językowego rozumiem najlepiej angielski.",
        "Zapamiętam jednak to, co napiszesz.",
        "Dobrze, zapamiętam to.",
        "Bez modelu językowego nie umiem na to odpowiedzieć.",
        "Nie ma za co!",
    ),
    Tongue(
        "tr",
        "ben sen bir ve bu çok değil nasılsın bugün benim var yok evet için mi ne türkçe biliyor"
        " musun",
        "merhaba selam",
        "teşekkürler teşekkür",
        "Dil modeli olmadan en iyi İngilizce anlıyorum.",
        "Yine de yazdıklarını saklıyorum.",
        "Tamam, bunu saklıyorum.",
        "Dil modeli olmadan buna cevap veremem.",
        "Rica ederim!",
    ),
)
# Languages told by their letters, with what is said.
_SCRIPTS = (
    ("ru", r"[\u0400-\u04ff]", "Без языковой модели я лучше всего понимаю английский."),
    ("ja", r"[\u3040-\u30ff]", "言語モデルがないので、英語がいちばんよく分かります。"),
    ("ko", r"[\uac00-\ud7af]", "언어 모델이 없어서 영어를 가장 잘 이해해요."),
    ("zh", r"[\u4e00-\u9fff]", "没有语言模型，我最懂的是英语。"),
    ("ar", r"[\u0600-\u06ff]", "بدون نموذج لغوي أفهم الإنجليزية أفضل من غيرها."),
    ("he", r"[\u0590-\u05ff]", "בלי מודל שפה אני מבין בעיקר אנגלית."),
    ("el", r"[\u0370-\u03ff]", "Χωρίς γλωσσικό μοντέλο καταλαβαίνω κυρίως αγγλικά."),
    ("th", r"[\u0e00-\u0e7f]", "หากไม่มีโมเดลภาษา ฉันเข้าใจภาษาอังกฤษได้ดีที่สุด"),
)
_ENGLISH_MARKS = """
a am and are at but do for had has have how i if in is it me my no not of on she so that the
they this to today van was we were what with you your
"""
_ENGLISH = frozenset(_ENGLISH_MARKS.split())
FEWEST_MARKS, SMALLEST_SHARE = 2, 0.25
# A greeting or thanks weighs as much as several small words; more words beside it say more.
LONGEST_COURTESY = 4
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def tongue_of(text: str) -> str:
    """Return the code of the language that a text seems to be in; "en" where unsure."""
    own = (one.code for one in _TONGUES if one.limits in text or one.cannot in text)
    if code := next(own, ""):
        return code
    if not _is_latin(text):
        codes = (code for code, letters, _ in _SCRIPTS if re.search(letters, text[:500]))
        return next(codes, "")
    found = _latin(text)
    return found.code if found else "en"


def in_other_tongue(text: str, *, remembers: bool = False, said: Sequence[str] = ()) -> str:
    """Return polite words in the language of a text; empty for English and where unsure.

    Args:
        remembers: whether what is said is kept, which is then said too.
        said: what was said to the person before.
    """
    if not _is_latin(text):
        found = (said for _, letters, said in _SCRIPTS if re.search(letters, text[:500]))
        return next(found, "I'm afraid I understand English best.")
    tongue = _latin(text) or _of_the_talk(text, said)
    return _words_in(tongue, text, remembers=remembers, said=said) if tongue else ""


def _words_in(tongue: Tongue, text: str, *, remembers: bool, said: Sequence[str]) -> str:
    spoken = words(text[:500])
    if set(spoken) & set(tongue.thanks.split()) and len(spoken) <= LONGEST_COURTESY:
        return tongue.welcome
    if len(spoken) <= LONGEST_COURTESY and (bye := _parting(tongue, spoken)):
        return f"{bye.capitalize()}!"
    told_before = any(tongue.limits in one for one in said)
    if told_before:
        asks = text.rstrip().endswith("?")
        return tongue.cannot if asks or not remembers else tongue.noted
    greeting = next((word for word in spoken if word in tongue.greetings.split()), "")
    parts = [f"{greeting.capitalize()}!" if greeting else "", tongue.limits]
    return " ".join(filter(None, [*parts, tongue.kept if remembers else ""]))


def _parting(tongue: Tongue, spoken: Sequence[str]) -> str:
    return next((word for word in spoken if word in tongue.partings.split()), "")


def _of_the_talk(text: str, said: Sequence[str]) -> Tongue | None:
    """Return the language that was answered in before, where a text has a word of it."""
    spoken = {*words(text[:500])}
    for tongue in _TONGUES:
        before = any(tongue.limits in one for one in said)
        if before and not spoken & (_ENGLISH - {"in"}) and spoken & set(tongue.marks.split()):
            return tongue
    return None


def _latin(text: str) -> Tongue | None:
    """Return the language in Latin letters that a text is in; None for English and where unsure."""
    listed = words(text[:500])
    spoken = {*listed, *text[:500].lower().replace("’", "'").split()}
    english = len(spoken & _ENGLISH)
    best, found = 0, None
    for tongue in _TONGUES:
        polite = f"{tongue.greetings} {tongue.thanks} {tongue.partings}"
        courtesies = spoken & set(polite.split())
        if courtesies and not english and len(listed) <= LONGEST_COURTESY:
            return tongue
        count = len(spoken & (set(tongue.marks.split()) - _ENGLISH)) + len(courtesies)
        if count > best:
            best, found = count, tongue
    enough = max(FEWEST_MARKS, SMALLEST_SHARE * len(listed))
    return found if best >= enough and best > english else None


def _is_latin(text: str) -> bool:
    """Return whether a text has words in Latin letters, or none at all."""
    found = _LETTERS.findall(text[:2000])
    return not found or any(re.search(r"[a-z]", word, re.IGNORECASE) for word in found)
