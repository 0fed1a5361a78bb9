import importlib

from django.db import migrations

made = importlib.import_module("whisper.migrations.0013_groups")
# What each group gets; one that is gone, or whose rights an admin took away, gets nothing.
RIGHTS = {
    "Data officer": ["view_task"],
    "Operator": ["view_task", "maintain"],
}
# A right that the group must still have from before.
BEFORE = "view_periodicjob"
NAMES = {"maintain": "Can start backups, index work and imports"}


def add_rights(apps, schema_editor):
    """Let data officers and operators see jobs, and operators start some."""
    database = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(database)
    made.NAMES.update(NAMES)
    for name, codenames in RIGHTS.items():
        group = groups.filter(name=name, permissions__codename=BEFORE).first()
        if group is not None:
            group.permissions.add(
                *(made._permission(apps, database, "whisper", "task", one) for one in codenames)
            )


class Migration(migrations.Migration):
    """Rights to see and start jobs."""

    dependencies = [("whisper", "0014_task")]

    operations = [migrations.RunPython(add_rights, migrations.RunPython.noop)]
