"""Routes of this app, each with its rule. Those under `s/` are public: the survey behind a branch's QR code."""

from django.urls import URLPattern, path

from branches.permissions import PUBLIC, Rule
from surveys.permissions import LINK_MAKERS, READERS
from surveys.views import links, public, voice

app_name = "surveys"
urlpatterns: list[URLPattern] = [
    path("s/<str:token>/", public.answer, name="answer"),
    path("s/<str:token>/thanks/", public.thanks, name="thanks"),
    path("surveys/", voice.voice, name="voice"),
    path("surveys/export/", voice.export, name="export"),
    path("surveys/<str:code>/link/", links.link, name="link"),
    path("surveys/<str:code>/link/renew/", links.renew, name="renew"),
    path("surveys/<str:code>/poster/", links.poster, name="poster"),
    path("surveys/<str:code>/qr.svg", links.qr_code, name="qr_code"),
]
RULES: dict[str, Rule] = {
    "answer": PUBLIC,
    "thanks": PUBLIC,
    "voice": READERS,
    "export": READERS,
    "link": READERS,
    "renew": LINK_MAKERS,
    "poster": READERS,
    "qr_code": READERS,
}
