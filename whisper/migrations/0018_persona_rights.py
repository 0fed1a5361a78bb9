import importlib

from django.db import migrations

made = importlib.import_module("whisper.migrations.0013_groups")
# What each group gets; one that is gone, or whose rights an admin took away, gets nothing.
RIGHTS = {
    "Viewer": ["view_persona"],
    "Moderator": ["view_persona"],
    "Data officer": ["view_persona"],
    "Operator": ["view_persona", "change_persona"],
}
# A right that the group must still have from before.
BEFORE = "view_periodicjob"


def add_rights(apps, schema_editor):
    """Let all groups see personas, and operators change them."""
    database = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(database)
    for name, codenames in RIGHTS.items():
        group = groups.filter(name=name, permissions__codename=BEFORE).first()
        if group is not None:
            group.permissions.add(
                *(made._permission(apps, database, "botrunner", "persona", one) for one in codenames)
            )


class Migration(migrations.Migration):
    """Rights to see and change personas."""

    # Not of the app whose rights they are: its migrations would else come before older ones here.
    dependencies = [("whisper", "0017_access_tokens")]

    operations = [migrations.RunPython(add_rights, migrations.RunPython.noop)]
