"""Forms that start jobs."""

from __future__ import annotations

from typing import Any

from django import forms

from botrunner.console.people.forms import ReasonField
from profiles.models import Profile
from whisper.ids import snowflake

CHATGPT, PROFILES, MEMORIES = "import_chatgpt", "import_profiles", "import_memories"
ENDINGS = {
    CHATGPT: (".zip", ".json"),
    PROFILES: (".json", ".db", ".sqlite", ".sqlite3"),
    MEMORIES: (".zip",),
}
WHAT = {
    CHATGPT: "ChatGPT export (.zip, .json)",
    PROFILES: "Older bot: profiles (.json, .db)",
    MEMORIES: "Older bot: memories (.zip)",
}

# Data of one person, who has to be named, and data that is a folder, which comes as a zip.
OF_ONE_PERSON, FOLDERS = frozenset({CHATGPT}), frozenset({MEMORIES})


class StartForm(forms.Form):
    """Start something that needs no more than a reason."""

    reason = ReasonField()


class ImportForm(forms.Form):
    """Upload what is to be imported; it is only tried at first."""

    kind = forms.ChoiceField(label="What is it?")
    file = forms.FileField(
        label="File",
        max_length=200,
        help_text="Of the older bot: user_profiles.json or .db, or the ChromaDB folder as a zip.",
    )
    person = forms.CharField(
        label="Person's id",
        max_length=25,
        required=False,
        help_text="Whose ChatGPT export it is; not needed for the older bot's data.",
    )
    facts = forms.BooleanField(label="Look for facts in it", required=False)
    consent_given = forms.BooleanField(
        label="Treat people who were never asked as having agreed",
        required=False,
        help_text="Otherwise what is imported isn't used until they agree.",
    )
    reason = ReasonField()

    def __init__(self, kinds: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        if isinstance(kind, forms.ChoiceField):
            kind.choices = [(name, label) for name, label in WHAT.items() if name in kinds]

    def clean_person(self) -> int | None:
        """Return the id of somebody who is known here."""
        text = str(self.cleaned_data["person"]).strip()
        if not text:
            return None
        number = snowflake(text)
        if number is None or not Profile.objects.filter(person_id=number).exists():
            raise forms.ValidationError("Nobody here has this id.")
        return number

    def clean(self) -> dict[str, Any]:
        """Refuse a file of another form, and one person's data without the person."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        kind, file = given.get("kind"), given.get("file")
        if kind and file and not file.name.lower().endswith(ENDINGS[kind]):
            self.add_error("file", f"Its name ends with none of {', '.join(ENDINGS[kind])}.")
        if kind not in OF_ONE_PERSON:
            given["person"] = None
        elif given.get("person") is None and "person" not in self.errors:
            self.add_error("person", "Enter whose export it is.")
        return given


class RollbackForm(forms.Form):
    """Take back what a run brought."""

    reason = ReasonField()
