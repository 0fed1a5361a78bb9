"""A friendly chat on a terminal."""

from __future__ import annotations

import asyncio
import logging
import re
from contextlib import suppress
from functools import partial

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.formatted_text import AnyFormattedText, FormattedText
from prompt_toolkit.history import FileHistory
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console
from rich.text import Text

from botrunner.conversation.base import Delivered, Outgoing
from botrunner.conversation.local import LocalSurface, respond_if_possible
from botrunner.llm import start_notice
from botrunner.personal_data import typed_path
from botrunner.terminal.commands import COMMANDS, run_command
from botrunner.terminal.model_offer import offer
from botrunner.terminal.user import TerminalUser
from profiles.queries import may_remember
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError
from whisper.environment import environment

logger = logging.getLogger(__name__)

PROMPT = FormattedText([("bold ansicyan", "you: ")])
COMMAND_FAILED = "I can't reach my memory right now. Please try that again in a moment."
LEAVING = {"/quit", "/exit", "/bye"}
LIKE_A_COMMAND = re.compile(r"/[a-z]\w*(?= |$)", re.IGNORECASE)


class Screen(LocalSurface):
    """Shows one reply while it is written."""

    def __init__(self, console: Console) -> None:
        """Begin a reply: until its first word a spinner turns."""
        self._console = console
        self._shown = ""
        self._bold = Bold()
        self._waiting = console.status("", spinner="dots")
        self._waiting.start()

    async def show(self, piece: str) -> None:
        """Print a piece."""
        if not self._shown:
            self._waiting.stop()
            name = Text(f"{environment.bot_name}: ", style="bold magenta")
            self._console.print(name, end="")
        self._shown += piece
        self._console.print(self._bold.read(piece), end="", soft_wrap=True)

    async def deliver(self, reply: Outgoing) -> list[Delivered]:
        """End the reply; if a model broke off, print what is said instead."""
        if self._shown.strip() != reply.text:
            await self.show(("\n" if self._shown else "") + reply.text)
        self._console.print("\n")
        return await super().deliver(reply)


class Bold:
    """Reads Discord's **bold**, which a reply may have, from pieces of a text."""

    def __init__(self) -> None:
        """Begin with plain text."""
        self._open = False
        self._held = ""

    def read(self, piece: str) -> Text:
        """Return a piece without its marks; half a mark at its end waits for the next."""
        text = Text()
        read = self._held + piece
        self._held = "*" if (len(read) - len(read.rstrip("*"))) % 2 else ""
        for number, part in enumerate(read.removesuffix(self._held).split("**")):
            if number:
                self._open = not self._open
            text.append(part, style="bold" if self._open else None)
        return text


async def chat_on_screen(user: TerminalUser, stop: asyncio.Event, console_url: str = "") -> None:
    """Greet, and talk until Ctrl-D, /quit or `stop`."""
    console = Console(highlight=False)
    console.print(Text(f"{environment.bot_name} is here.", style="bold magenta"), end=" ")
    console.print("Just talk. Type /help for commands, or press Ctrl-D to leave.")
    if console_url:
        console.print(Text(f"The console is at {console_url}", style="dim"))
    if came_of_it := await offer(partial(_answer, stop)):
        console.print(Text(came_of_it, style="green"))
    if notice := start_notice():
        console.print(Text(notice, style="dim"))
    console.print()
    typed = Typed(user.person_id)
    session: PromptSession[str] = PromptSession(
        history=typed,
        completer=WordCompleter([*COMMANDS, *LEAVING], sentence=True),
    )
    while (line := await _prompt(session, stop)) is not None:
        if line in LEAVING:
            break
        if line.split(" ", 1)[0] in COMMANDS:
            console.print(Text(await _done(line, user), style="green"), "\n")
        elif unknown := LIKE_A_COMMAND.match(line):
            text = f"There is no command {unknown[0]}. /help lists those that there are."
            console.print(Text(text, style="green"), "\n")
        elif line:
            await respond_if_possible(user.says(line), Screen(console))
        if line:
            await typed.keep(line)
    console.print(Text("See you!", style="dim"))


class Typed(FileHistory):
    """What a person typed, for the up arrow; a file has only what they agree to have kept."""

    def __init__(self, person_id: int) -> None:
        self._person_id = person_id
        super().__init__(str(typed_path(person_id)))

    def store_string(self, string: str) -> None:
        """Leave it to `keep`, which can ask first."""

    async def keep(self, line: str) -> None:
        """Write a line to the file, unless its author declined or the database can't tell."""
        with suppress(DatabaseUnavailableError):
            if await in_database(may_remember, self._person_id):
                super().store_string(line)


async def _done(line: str, user: TerminalUser) -> str:
    try:
        return await run_command(line, user)
    except DatabaseUnavailableError as error:
        logger.error("terminal: the database failed a command: %s", error)
        return COMMAND_FAILED


async def _answer(stop: asyncio.Event, question: str) -> str | None:
    """Return the answer to a question; it isn't a message."""
    return await _prompt(PromptSession(), stop, question)


async def _prompt(
    session: PromptSession[str], stop: asyncio.Event, prompt: AnyFormattedText = PROMPT
) -> str | None:
    """Return the next line, None at the end of input or when told to stop."""
    asking = asyncio.ensure_future(_ask(session, prompt))
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({asking, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if asking.done():
        return asking.result()
    asking.cancel()
    # Until it has ended, what is printed comes out above a prompt that nobody sees.
    await asyncio.wait({asking})
    return None


async def _ask(session: PromptSession[str], prompt: AnyFormattedText) -> str | None:
    try:
        with patch_stdout():
            return (await session.prompt_async(prompt, handle_sigint=True)).strip()
    except (EOFError, KeyboardInterrupt):
        return None
