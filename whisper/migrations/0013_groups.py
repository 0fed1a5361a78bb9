from django.db import migrations

# Codenames by app and model. A group that an admin has changed or deleted is not touched again.
VIEWS = {
    ("profiles", "profile"): ["view_profile"],
    ("profiles", "consent"): ["view_consent"],
    ("memories", "removedplace"): ["view_removedplace"],
    ("whisper", "erasure"): ["view_erasure"],
    ("whisper", "importrun"): ["view_importrun"],
    ("whisper", "outboxentry"): ["view_outboxentry"],
    ("whisper", "periodicjob"): ["view_periodicjob"],
}
READS = {
    ("whisper", "actionentry"): ["view_actionentry", "read_private"],
    ("memories", "memory"): ["view_memory"],
    ("memories", "message"): ["view_message"],
    ("memories", "placedecision"): ["view_placedecision"],
    ("memories", "replytrace"): ["view_replytrace"],
    ("profiles", "emotionrecord"): ["view_emotionrecord"],
}
GROUPS = {
    "Viewer": [VIEWS],
    "Moderator": [
        VIEWS,
        READS,
        {
            ("memories", "memory"): ["change_memory", "delete_memory"],
            ("profiles", "profile"): ["change_profile"],
        },
    ],
    "Data officer": [VIEWS, READS, {("whisper", "actionentry"): ["act_for_person"]}],
    "Operator": [
        VIEWS,
        {
            ("whisper", "actionentry"): ["view_actionentry"],
            ("whisper", "outboxentry"): ["change_outboxentry"],
        },
    ],
}
NAMES = {
    "read_private": "Can read what people said in private, and what was made of it",
    "act_for_person": "Can export and erase a person, as they do themselves",
}


def make_groups(apps, schema_editor):
    """Make each group that is not there, with the permissions that `migrate` makes only later."""
    database = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(database)
    for name, parts in GROUPS.items():
        group, is_new = groups.get_or_create(name=name)
        if is_new:
            permissions = [_permission(apps, database, *one) for one in _codenames(parts)]
            group.permissions.set(permissions)


def _codenames(parts):
    return [
        (app, model, codename)
        for part in parts
        for (app, model), codenames in part.items()
        for codename in codenames
    ]


def _permission(apps, database, app, model, codename):
    types = apps.get_model("contenttypes", "ContentType").objects.using(database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    content_type, _ = types.get_or_create(app_label=app, model=model)
    # As Django names them: "Can view profile".
    name = NAMES.get(codename) or "Can " + codename.replace("_", " ")
    found, _ = permissions.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": name}
    )
    return found


class Migration(migrations.Migration):
    """Groups of admins by what they do; who owns the installation is a superuser."""

    dependencies = [
        ("whisper", "0012_acting_for_people"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
