import importlib

from django.db import migrations

made = importlib.import_module("whisper.migrations.0013_groups")
READ = ("whisper", "actionentry", "read_public")
NAMES = {"read_public": "Can read what people said in public channels, and what was made of it"}


def split_right(apps, schema_editor):
    """Give whoever could read everything both rights, so that nobody gains or loses one.

    An installation without accounts is new: its moderators read public channels alone.
    """
    database = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(database)
    users = apps.get_model("auth", "User").objects.using(database)
    made.NAMES.update(NAMES)
    read_public = made._permission(apps, database, *READ)
    for group in groups.filter(permissions__codename="read_private"):
        group.permissions.add(read_public)
    for user in users.filter(user_permissions__codename="read_private"):
        user.user_permissions.add(read_public)
    moderators = groups.filter(name="Moderator", permissions__codename="read_private").first()
    if moderators is not None and not users.exists():
        moderators.permissions.remove(moderators.permissions.get(codename="read_private"))


class Migration(migrations.Migration):
    """A right to read public channels, beside the one for direct messages and private channels."""

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("whisper", "0022_daily_counts"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="actionentry",
            options={
                "permissions": [
                    (
                        "read_public",
                        "Can read what people said in public channels, and what was made of it",
                    ),
                    (
                        "read_private",
                        "Can read what people said in private, and what was made of it",
                    ),
                    ("act_for_person", "Can export and erase a person, as they do themselves"),
                ],
                "verbose_name_plural": "action entries",
            },
        ),
        migrations.RunPython(split_right, migrations.RunPython.noop),
    ]
