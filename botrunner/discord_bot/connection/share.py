"""Which part of Discord a process connects to."""

from __future__ import annotations

from dataclasses import dataclass

from whisper.environment import environment


@dataclass(frozen=True, slots=True)
class Share:
    """The shards of one process. Discord divides its servers among shards, by their ids.

    Args:
        count: how many shards there are in all processes together.
        ids: those of this process.
    """

    count: int = 1
    ids: tuple[int, ...] = (0,)

    def shard_of(self, guild_id: int | None) -> int:
        """Return the shard of a server; direct messages (None) come by the first."""
        return 0 if guild_id is None else (guild_id >> 22) % self.count

    def has(self, guild_id: int | None) -> bool:
        """Return whether this process hears of a server, or of direct messages (None)."""
        return self.shard_of(guild_id) in self.ids

    @property
    def is_whole(self) -> bool:
        """Return whether this process has all the shards."""
        return len(self.ids) == self.count

    @property
    def leads(self) -> bool:
        """Return whether this process does what one does for all, such as offer commands."""
        return 0 in self.ids

    def named(self, job: str) -> str:
        """Return the name of a periodic job that each process does for its own share."""
        return job if self.is_whole else f"{job} of shards {self}"

    def __str__(self) -> str:
        return ", ".join(_runs(self.ids))


def configured() -> Share | None:
    """Return the share that the settings name; None if Discord is asked how many shards it wants.

    Without ids, this process connects all of them.
    """
    count = environment.discord_shard_count
    if count is None:
        return None
    return Share(count, tuple(environment.discord_shard_ids or range(count)))


def _runs(ids: tuple[int, ...]) -> list[str]:
    """Return ids with those that follow each other in one: 0-3, 7."""
    runs: list[list[int]] = []
    for one in sorted(ids):
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
