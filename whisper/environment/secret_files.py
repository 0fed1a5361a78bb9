"""Values of variables from files, as containers mount secrets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource


class SecretFileError(Exception):
    """A file that `<NAME>_FILE` names can't be read; the text is one line that says why."""


class SecretFiles(PydanticBaseSettingsSource):
    """Values of `<NAME>` from the file that `<NAME>_FILE` names."""

    def __init__(
        self, settings_cls: type[BaseSettings], variables: Mapping[str, str | None]
    ) -> None:
        """Look among these variables, whose names are in lower case, for names of files."""
        super().__init__(settings_cls)
        self.variables = variables

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the text of the named file without surrounding white space, or None.

        Raises:
            SecretFileError: a file is named that can't be read.
        """
        names = names_of(field_name, field)
        # The other sources call a field of several names by the first of them.
        key = names[0] if field.validation_alias else field_name
        for variable in (f"{name}_FILE" for name in names):
            if path := self.variables.get(variable.lower()):
                return _content(variable, path), key, False
        return None, key, False

    def __call__(self) -> dict[str, Any]:
        """Return what the files hold, by the names that the other sources use."""
        found = (
            self.get_field_value(field, name)
            for name, field in self.settings_cls.model_fields.items()
        )
        return {key: value for value, key, _ in found if value is not None}


def _content(variable: str, path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise SecretFileError(f"{variable}: {path} can't be read ({reason})") from error


def names_of(field_name: str, field: FieldInfo) -> list[str]:
    """Return the variables that give a field its value, the first that is set wins."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices]
    return [field_name.upper()]
