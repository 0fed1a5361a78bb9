from django.db import migrations, models

LEVELS = [
    ("stranger", "Stranger"),
    ("acquaintance", "Acquaintance"),
    ("friend", "Friend"),
    ("close_friend", "Close friend"),
]


class Migration(migrations.Migration):
    """Changes what is read, not what is stored."""

    dependencies = [("profiles", "0013_front_page_indexes")]

    operations = [
        migrations.AlterField(
            model_name="profile",
            name="relationship_level",
            field=models.CharField(choices=LEVELS, default="stranger", max_length=16),
        ),
        migrations.AlterField(
            model_name="relationshipchange",
            name="before",
            field=models.CharField(choices=LEVELS, max_length=16),
        ),
        migrations.AlterField(
            model_name="relationshipchange",
            name="after",
            field=models.CharField(choices=LEVELS, max_length=16),
        ),
    ]
