"""Tests of requests that no form makes: no page of the console fails on one."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from whisper.tests.console_pages import console_pages
from whisper.tests.reading import give_reason

pytestmark = pytest.mark.django_db
MANY_DIGITS = "9" * 5000
ODD = [MANY_DIGITS, f"-{MANY_DIGITS}", "²", "٣", "1e999", "%00", "' OR 1=1 --", "<b>", "\ud800x"]
MODELS = sorted(f"{one.opts.app_label}_{one.opts.model_name}" for one in console_pages())


@pytest.fixture
def browser(admin_client):
    """A browser that shows what a visitor gets if a page fails."""
    give_reason(admin_client)
    admin_client.raise_request_exception = False
    return admin_client


@pytest.mark.heavy
@pytest.mark.parametrize("model", MODELS)
def test_no_list_fails_on_an_odd_word_or_filter(browser, model):
    url = reverse(f"admin:{model}_changelist")
    for name in ("q", "person_id__exact"):
        assert browser.get(url, {name: MANY_DIGITS}).status_code < 500, name


@pytest.mark.heavy
@pytest.mark.parametrize("model", MODELS)
def test_no_list_fails_on_what_is_looked_for(browser, model):
    url = reverse(f"admin:{model}_changelist")
    others = ("p", "o", "_facets", "person_id__exact", "nothing__exact", "all")
    for name, odd in [*(("q", odd) for odd in ODD), *((name, MANY_DIGITS) for name in others)]:
        answer = browser.get(url, {name: odd.encode("utf-8", "replace")})
        assert answer.status_code < 500, f"?{name}={odd[:9]}"


@pytest.mark.heavy
@pytest.mark.parametrize("page", console_pages(), ids=lambda page: page.opts.model_name)
def test_no_list_compares_by_what_its_filters_do_not(browser, page):
    """A database refuses some, such as an unfinished regex or, on SQLite, a part of JSON."""
    url = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")
    names = [field.name for field in page.opts.concrete_fields if field.name != "password"]
    for odd in ("regex", "contains", "date__year"):
        answer = browser.get(url, {f"{names[-1]}__{odd}": "("})
        assert answer.status_code == 400, odd
        for name in names:
            assert not page.lookup_allowed(f"{name}__{odd}", "(", answer.wsgi_request)


@pytest.mark.heavy
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_no_page_of_a_row_fails_on_an_id_that_there_is_not(browser, model, page):
    for odd in (MANY_DIGITS, "9" * 30, "²", "-1", "x"):
        answer = browser.get(reverse(f"admin:{model}_{page}", args=[odd]))
        assert answer.status_code < 500, odd[:9]


@pytest.mark.parametrize("page", ["change", "delete"])
def test_no_page_of_a_row_fails_on_an_empty_field(browser, admin_user, page):
    url = reverse(f"admin:auth_user_{page}", args=[admin_user.pk])
    assert browser.get(url, {"_to_field": ""}).status_code == 200
    assert browser.get(url, {"_to_field": "password"}).status_code == 400


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["person", "server"])
def test_no_figures_fail_on_an_odd_id(browser, name):
    for odd in ODD:
        asked = {name: odd.encode("utf-8", "replace")}
        answer = browser.get(reverse("admin:memories_memory_figures"), asked)
        assert answer.status_code < 500, odd[:9]


@pytest.mark.heavy
@pytest.mark.parametrize("field", ["text", "person", "channel", "confidence", "since", "cursor"])
def test_no_search_fails_on_odd_values(browser, field):
    for odd in ODD:
        asked = {"text": "", "mode": "words", field: odd.encode("utf-8", "replace")}
        answer = browser.post(reverse("admin:memories_memory_search"), asked)
        assert answer.status_code < 500, odd[:9]


def test_a_form_in_no_encoding_that_can_be_read_is_refused():
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.cookies["csrftoken"] = "a" * 32
    kind = "application/x-www-form-urlencoded; charset=idna"
    answer = browser.post(reverse("admin:login"), b"a=b", content_type=kind)
    assert answer.status_code == 400
    assert "Whisper" in answer.content.decode()
