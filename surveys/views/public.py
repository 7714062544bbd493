"""The survey as a customer sees it: one small page that needs neither JavaScript nor a log-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from surveys.forms import SurveyForm, new_nonce
from surveys.limits import is_allowed
from surveys.models import LONGEST_COMMENT, SurveyLink
from surveys.queries import link_by_token
from surveys.services import record_answer

_LANGUAGES = dict(settings.LANGUAGES)
_FACES = ("angry", "frown", "meh", "smile", "laugh")
View = Callable[[HttpRequest, SurveyLink, str], HttpResponse]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The survey of the branch that the token stands for; a form sent leads to the thank-you page."""
    return _in_language(request, token, _sent if request.method == "POST" else _asked)


@never_cache
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """After answering."""
    return _in_language(request, token, _thanked)


def _in_language(request: HttpRequest, token: str, view: View) -> HttpResponse:
    """Answer in the language of `?lang=`, else in the browser's; the same 404 for unknown and revoked tokens."""
    asked = request.GET.get("lang", "")
    language = asked if asked in _LANGUAGES else translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(language):
        link = link_by_token(token, timezone.localdate())
        response = view(request, link, language) if link else render(request, "surveys/gone.html", status=404)
    response.headers["Content-Language"] = language
    return response


def _asked(request: HttpRequest, link: SurveyLink, language: str) -> HttpResponse:
    return _page(request, link, SurveyForm(), language)


def _sent(request: HttpRequest, link: SurveyLink, language: str) -> HttpResponse:
    form = SurveyForm(request.POST)
    now = timezone.now()
    if not is_allowed(request, link.token, at=now):
        response = _page(request, link, form, language, status=429, is_busy=True)
        response.headers["Retry-After"] = "60"
        return response
    if form.is_robot:
        return _to_thanks(link, language)
    if not form.is_valid():
        return _page(request, link, form, language, status=422)
    record_answer(link, form.given(), nonce=form.cleaned_data["nonce"], language=language, at=now)
    return _to_thanks(link, language)


def _thanked(request: HttpRequest, link: SurveyLink, language: str) -> HttpResponse:
    return render(request, "surveys/thanks.html", {"branch": link.branch})


def _to_thanks(link: SurveyLink, language: str) -> HttpResponse:
    """By redirect, so that going back or loading again sends nothing a second time."""
    return redirect(f"{reverse('surveys:thanks', args=[link.token])}?{urlencode({'lang': language})}")


def _page(
    request: HttpRequest,
    link: SurveyLink,
    form: SurveyForm,
    language: str,
    *,
    status: int = 200,
    is_busy: bool = False,
) -> HttpResponse:
    context: dict[str, Any] = {
        "branch": link.branch,
        "form": form,
        "is_busy": is_busy,
        "faces": list(zip(form["csat"], _FACES, strict=True)),
        # What was ticked and typed stays; only a nonce that has run out is exchanged.
        "nonce": _nonce_again(form) if form.is_bound else new_nonce(),
        "longest_comment": LONGEST_COMMENT,
        "language_code": language,
        "other_languages": [(code, name) for code, name in settings.LANGUAGES if code != language],
    }
    return render(request, "surveys/answer.html", context, status=status)


def _nonce_again(form: SurveyForm) -> str:
    """The nonce that was sent while it is good, so that a form sent, refused and sent again stays one answer."""
    form.full_clean()
    return new_nonce() if "nonce" in form.errors else form.data["nonce"]
