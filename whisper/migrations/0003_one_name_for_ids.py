from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("whisper", "0002_erasures_copies_imports")]

    operations = [migrations.RenameField("outboxentry", "owner_id", "person_id")]
