"""Drop the index by profile alone: the one by profile and time begins with it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("profiles", "0005_inverted_indexes_on_postgresql"),
    ]

    operations = [
        migrations.AlterField(
            model_name="emotionrecord",
            name="profile",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="emotion_records",
                to="profiles.profile",
            ),
        ),
        migrations.AlterField(
            model_name="relationshipchange",
            name="profile",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="relationship_changes",
                to="profiles.profile",
            ),
        ),
    ]
