"""Where the parts that all apps share lead from the front page."""

from __future__ import annotations

from whisper.console import front

front.leads_to("outbox", "admin:whisper_outboxentry_changelist", "whisper.view_outboxentry")
front.leads_to("backups", "console:tasks", "whisper.view_task")
front.leads_to("periodic", "admin:whisper_periodicjob_changelist", "whisper.view_periodicjob")
front.leads_to("processes", "console:settings", "whisper.maintain", "health")
front.leads_to("database", "console:settings", "whisper.maintain", "section-database")
for cache in ("redis", "caches"):
    front.leads_to(cache, "console:settings", "whisper.maintain", "section-conversation-cache")
