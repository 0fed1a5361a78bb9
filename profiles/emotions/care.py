"""What is said to a person who may be in danger, in their language."""

from __future__ import annotations

from typing import NamedTuple

from profiles.emotions.danger import language_of_danger
from whisper.environment import Environment, environment

_LINE = (
    "They may be in danger. Say that you are worried about them, stay warm, don't lecture and "
    "don't diagnose, and tell them plainly: "
)


class Words(NamedTuple):
    """One language's words.

    Args:
        help: where to find help; in English CARE_HELP_TEXT holds it.
        reply: what is answered without a language model; `{help}` stands for the help.
    """

    help: str
    reply: str


# English first: it is also used for languages without words here.
WORDS: dict[str, Words] = {
    "en": Words(
        Environment.model_fields["care_help_text"].default,
        "I'm really glad you told me, and I'm worried about you. {help} And you can keep talking "
        "to me, I'm here.",
    ),
    "de": Words(
        "Du musst das nicht allein tragen. Ruf in Gefahr den Notruf (112); auf findahelpline.com "
        "stehen Menschen, die zuhören, in deinem Land und deiner Sprache.",
        "Gut, dass du mir das sagst. Ich mache mir Sorgen um dich. {help} Und du kannst mir "
        "weiter schreiben, ich bin da.",
    ),
    "fr": Words(
        "Tu n'as pas à porter ça tout seul. En cas de danger, appelle le numéro d'urgence (112) ; "
        "sur findahelpline.com, tu trouveras des personnes qui écoutent, dans ton pays et ta "
        "langue.",
        "Merci de me l'avoir dit. Je m'inquiète pour toi. {help} Et tu peux continuer à me "
        "parler, je suis là.",
    ),
    "es": Words(
        "No tienes que llevar esto a solas. Si hay peligro, llama al número de emergencias (112 o "
        "911); en findahelpline.com hay personas que escuchan, en tu país y en tu idioma.",
        "Me alegra que me lo hayas dicho, y me preocupas. {help} Y puedes seguir hablando "
        "conmigo, aquí estoy.",
    ),
    "pt": Words(
        "Você não precisa carregar isso sem ajuda. Em perigo, ligue para a emergência (192 ou "
        "112); em findahelpline.com há pessoas que escutam, no seu país e na sua língua.",
        "Que bom que você me contou. Estou preocupado com você. {help} E pode continuar falando "
        "comigo, estou aqui.",
    ),
    "it": Words(
        "Non devi portare questo peso senza aiuto. In caso di pericolo chiama il 112; su "
        "findahelpline.com trovi persone che ascoltano, nel tuo Paese e nella tua lingua.",
        "Hai fatto bene a dirmelo, e sono in pensiero per te. {help} E puoi continuare a "
        "parlarmi, sono qui.",
    ),
    "pl": Words(
        "Nie musisz dźwigać tego bez pomocy. W niebezpieczeństwie zadzwoń pod 112; na "
        "findahelpline.com znajdziesz ludzi, którzy słuchają, w twoim kraju i języku.",
        "Dobrze, że mi to mówisz. Martwię się o ciebie. {help} I możesz dalej do mnie pisać, "
        "jestem tu.",
    ),
    "nl": Words(
        "Je hoeft dit niet alleen te dragen. Bel bij gevaar 112; op findahelpline.com vind je "
        "mensen die luisteren, in jouw land en taal.",
        "Goed dat je het me vertelt. Ik maak me zorgen om je. {help} En je kunt met me blijven "
        "praten, ik ben er.",
    ),
    "tr": Words(
        "Bunu tek başına taşımak zorunda değilsin. Tehlikedeysen 112'yi ara; findahelpline.com'da "
        "kendi ülkende ve dilinde seni dinleyecek insanlar bulabilirsin.",
        "Bunu bana anlattığın için sevindim ve senin için endişeleniyorum. {help} Benimle "
        "konuşmaya devam edebilirsin, buradayım.",
    ),
    "ru": Words(
        "Тебе не нужно справляться с этим без помощи. В опасности звони 112; на findahelpline.com "
        "есть люди, которые выслушают, в твоей стране и на твоём языке.",
        "Хорошо, что ты мне об этом говоришь. Я за тебя беспокоюсь. {help} И ты можешь и дальше "
        "мне писать, я здесь.",
    ),
}
_ENGLISH = WORDS["en"]


def crisis_line(text: str) -> str:
    """Return what the prompt says if a person may be in danger; empty otherwise."""
    language = language_of_danger(text)
    return _LINE + help_text(language) if language else ""


def crisis_reply(text: str) -> str:
    """Return what is answered without a language model, in the text's language; empty if not."""
    language = language_of_danger(text)
    if language is None:
        return ""
    return WORDS.get(language, _ENGLISH).reply.format(help=help_text(language))


def help_text(language: str) -> str:
    """Return the help to name in a language: what the deployment set, else ours.

    Args:
        language: its code, such as `de`.
    """
    chosen = environment.care_help_texts.get(language)
    if chosen:
        return chosen
    # Help near the people, in whatever language, is worth more than a translation of ours.
    if environment.care_help_text != _ENGLISH.help:
        return environment.care_help_text
    return WORDS.get(language, _ENGLISH).help
