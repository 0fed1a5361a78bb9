from django.db import migrations


class Migration(migrations.Migration):
    """Do nothing: `whisper.0018_persona_rights` gives the rights.

    Needing that app here would put its migrations before older ones that they have to follow.
    """

    dependencies = [("botrunner", "0003_personas")]

    operations = []
