from django.db import migrations, models


def renamed(model):
    return [
        migrations.RemoveConstraint(model, f"{model}_discord_id_positive"),
        migrations.RenameField(model, "discord_id", "person_id"),
        migrations.AddConstraint(
            model,
            models.CheckConstraint(
                condition=models.Q(person_id__gte=0), name=f"{model}_person_id_positive"
            ),
        ),
    ]


class Migration(migrations.Migration):

    dependencies = [("profiles", "0007_defaults_in_the_database")]

    operations = [*renamed("consent"), *renamed("profile")]
