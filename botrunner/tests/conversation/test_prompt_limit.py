"""What a server taught about its context is the prompt's budget from then on."""

from __future__ import annotations

import pytest

from botrunner import history
from botrunner.conversation.context import budget_of
from botrunner.conversation.prompt import prompt_tokens
from botrunner.conversation.respond import respond
from botrunner.llm.dialects.lessons import Lessons
from botrunner.tests.fakes import FakeModel, FakeSurface, said
from whisper.environment import environment


class LimitedModel(FakeModel):
    """A model whose server has told how much it takes."""

    def __init__(self, limit: int | None) -> None:
        super().__init__()
        self.prompt_limit = limit


@pytest.fixture(autouse=True)
def _fresh_cache():
    history.reset()


def test_without_a_lesson_the_setting_decides():
    assert budget_of(FakeModel()) == environment.llm_context_tokens
    assert budget_of(LimitedModel(None)) == environment.llm_context_tokens


def test_a_server_may_take_less_and_never_more():
    assert budget_of(LimitedModel(900)) == 900
    assert budget_of(LimitedModel(10**6)) == environment.llm_context_tokens


def test_the_answer_s_share_of_a_context_is_not_the_prompt_s():
    assert Lessons().prompt_limit(4096) is None
    assert Lessons(context=2048).prompt_limit(4096) == 2048 - 2048 // 4
    assert Lessons(context=2048).prompt_limit(100) == 1948
    assert Lessons(context=2048, scale=2.0).prompt_limit(48) == 1000


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
async def test_the_prompt_is_made_for_what_the_server_takes():
    model, surface = LimitedModel(1200), FakeSurface()
    for _ in range(12):
        await respond(said("we went on and on about boats " * 20), surface, model=model)
    assert len(model.asked[-1].messages) < 12
    assert prompt_tokens(model.asked[-1].messages) <= 1200
