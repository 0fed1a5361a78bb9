"""A polite word to people who write in another language than English."""

from __future__ import annotations

import re

from memories.wording.words import words

# Small words that tell a language, what to say in it, and that what is said is kept.
_TONGUES = (
    (
        "ich du ist nicht und der die das ein eine wie"
        " mein meine habe bin wir heute kannst was guten hallo geht dir",
        "Ohne Sprachmodell verstehe ich am besten Englisch.",
        " Was du schreibst, merke ich mir trotzdem.",
    ),
    (
        "je tu est pas et le la les un une mon"
        " ma suis nous vous quoi comment ai dans bonjour ça salut va",
        "Sans modèle de langage, je comprends surtout l'anglais.",
        " Je garde quand même ce que tu écris.",
    ),
    (
        "yo tú es no y el la los un una mi soy estoy qué cómo tengo muy hoy hola vivo en estás",
        "Sin un modelo de lenguaje entiendo sobre todo inglés.",
        " Aun así guardo lo que escribes.",
    ),
    (
        "ik jij je is niet en de het een mijn"
        " ben heb wij wat hoe vandaag woon maar ook goedemorgen",
        "Zonder taalmodel begrijp ik vooral Engels.",
        " Wat je schrijft bewaar ik wel.",
    ),
    (
        "io tu è non e il lo la gli un una mio mia sono ho che come oggi ciao vivo di stai",
        "Senza un modello linguistico capisco soprattutto l'inglese.",
        " Quello che scrivi lo conservo comunque.",
    ),
    (
        "eu você é não os um uma meu minha sou estou que como tenho muito hoje olá moro em bom",
        "Sem um modelo de linguagem, entendo melhor o inglês.",
        " Mesmo assim guardo o que você escreve.",
    ),
    (
        "ja ty jest nie w na jak się masz mam jestem mieszkam dzień dobry cześć dziś co czy moja",
        "Bez modelu językowego rozumiem najlepiej angielski.",
        " Zapamiętam jednak to, co napiszesz.",
    ),
    (
        "ben sen bir ve bu çok değil nasılsın merhaba bugün benim var yok evet için",
        "Dil modeli olmadan en iyi İngilizce anlıyorum.",
        " Yine de yazdıklarını saklıyorum.",
    ),
)
# Languages told by their letters.
_SCRIPTS = (
    (r"[\u0400-\u04ff]", "Без языковой модели я лучше всего понимаю английский."),
    (r"[\u3040-\u30ff]", "言語モデルがないので、英語がいちばんよく分かります。"),
    (r"[\uac00-\ud7af]", "언어 모델이 없어서 영어를 가장 잘 이해해요."),
    (r"[\u4e00-\u9fff]", "没有语言模型，我最懂的是英语。"),
    (r"[\u0600-\u06ff]", "بدون نموذج لغوي أفهم الإنجليزية أفضل من غيرها."),
    (r"[\u0590-\u05ff]", "בלי מודל שפה אני מבין בעיקר אנגלית."),
    (r"[\u0370-\u03ff]", "Χωρίς γλωσσικό μοντέλο καταλαβαίνω κυρίως αγγλικά."),
    (r"[\u0e00-\u0e7f]", "หากไม่มีโมเดลภาษา ฉันเข้าใจภาษาอังกฤษได้ดีที่สุด"),
)
_ENGLISH_MARKS = """
a am and are at but come do for had has have how i if in is it me my no not of on she so that the
they this to today van was we were what with you your
"""
_ENGLISH = frozenset(_ENGLISH_MARKS.split())
FEWEST_MARKS, SMALLEST_SHARE = 2, 0.25
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def in_other_tongue(text: str, *, remembers: bool = False) -> str:
    """Return a polite sentence in the language of a text; empty for English and where unsure.

    Args:
        remembers: whether what is said is kept, which is then said too.
    """
    if not _is_latin(text):
        found = (said for letters, said in _SCRIPTS if re.search(letters, text[:500]))
        return next(found, "I'm afraid I understand English best.")
    spoken = set(words(text[:500]))
    english = len(spoken & _ENGLISH)
    best, said = 0, ""
    for marks, sentence, kept in _TONGUES:
        count = len(spoken & (set(marks.split()) - _ENGLISH))
        if count > best:
            best, said = count, sentence + (kept if remembers else "")
    enough = max(FEWEST_MARKS, SMALLEST_SHARE * len(spoken))
    return said if best >= enough and best > english else ""


def _is_latin(text: str) -> bool:
    """Return whether a text has words in Latin letters, or none at all."""
    found = _LETTERS.findall(text[:2000])
    return not found or any(re.search(r"[a-z]", word, re.IGNORECASE) for word in found)
