"""Addresses of the console's own pages."""

from __future__ import annotations

from django.urls import path, register_converter

from botrunner.console.analytics import views as analytics
from botrunner.console.audit import views as audit
from botrunner.console.conversations import views as conversations
from botrunner.console.front import views as front
from botrunner.console.live import views as live
from botrunner.console.memories import forgotten
from botrunner.console.memories import views as memories
from botrunner.console.palette import views as palette
from botrunner.console.people import views as people
from botrunner.console.personas import views as personas
from botrunner.console.playground import views as playground
from botrunner.console.rights import views as rights
from botrunner.console.settings import views as settings
from botrunner.console.styles import mood_colours
from botrunner.console.tasks import views as tasks
from botrunner.console.tokens import views as tokens
from whisper.ids import LARGEST


class Snowflake:
    """An id as long as Discord's at most; an address with a longer one doesn't exist."""

    regex = "[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        """Return the id.

        Raises:
            ValueError: it is larger than any id.
        """
        if int(value) > LARGEST:
            raise ValueError(value)
        return int(value)

    def to_url(self, value: int) -> str:
        """Return the id as an address holds it."""
        return str(value)


register_converter(Snowflake, "snowflake")

app_name = "console"
urlpatterns = [
    path("moods.css", mood_colours, name="mood_colours"),
    path("analytics/", analytics.analytics, name="analytics"),
    path("analytics/<slug:table>.csv", analytics.analytics_file, name="analytics_file"),
    path("health/", front.health, name="health"),
    path("find/", palette.find, name="find"),
    path("rights/", rights.rights, name="rights"),
    path("audit/", audit.audit, name="audit"),
    path("jobs/", tasks.tasks, name="tasks"),
    path("jobs/<int:pk>/", tasks.task_page, name="task"),
    path("jobs/<int:pk>/certificate.txt", tasks.certificate, name="certificate"),
    path("jobs/<int:pk>/file/", tasks.fetch, name="fetch_task"),
    path("jobs/<int:pk>/import/", tasks.import_tried, name="import_tried"),
    path("jobs/<int:pk>/again/", tasks.start_again, name="start_again"),
    path("jobs/start/<slug:kind>/", tasks.start, name="start_task"),
    path("jobs/upload/", tasks.upload, name="upload"),
    path("jobs/runs/<int:run>/undo/", tasks.roll_back, name="roll_back"),
    path("jobs/backups/<str:name>/<str:file>", tasks.fetch_backup, name="fetch_backup"),
    path("live/", live.live, name="live"),
    path("personas/", personas.personas, name="personas"),
    path("personas/new/", personas.new_persona, name="new_persona"),
    path("personas/<snowflake:pk>/", personas.persona_page, name="persona"),
    path("personas/<snowflake:pk>/delete/", personas.remove_persona, name="remove_persona"),
    path("personas/<snowflake:pk>/<snowflake:number>/", personas.persona_file, name="persona_file"),
    path(
        "personas/<snowflake:pk>/<snowflake:number>/use/",
        personas.restore_persona,
        name="restore_persona",
    ),
    path("playground/", playground.playground, name="playground"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="revoke_token"),
    path("settings/", settings.settings, name="settings"),
    path("people/", people.people, name="people"),
    path("people/<snowflake:person_id>/", people.person_page, name="person"),
    path("people/<snowflake:person_id>/edit/", people.edit_person, name="edit_person"),
    path("people/<snowflake:person_id>/facts/add/", people.add_a_fact, name="add_fact"),
    path("people/<snowflake:person_id>/export/", people.export_person, name="export_person"),
    path("people/<snowflake:person_id>/erase/", people.erase_person, name="erase_person"),
    path("people/<snowflake:person_id>/<slug:tab>/", people.person_page, name="person_tab"),
    path("conversations/", conversations.channels, name="conversations"),
    path("conversations/<snowflake:channel_id>/", conversations.channel, name="conversation"),
    path("memories/", memories.memories, name="memories"),
    path("memories/forgotten/", forgotten.forgotten, name="forgotten"),
    path("memories/forgotten/<uuid:batch>/", forgotten.undo, name="undo_forgetting"),
    path("memories/<uuid:memory_id>/", memories.memory_page, name="memory"),
    path("memories/chosen/<slug:does>/", memories.bulk, name="memories_chosen"),
]
