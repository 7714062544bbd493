"""A small company with something on every page: figures of thirteen months, a meeting, actions, answers, imports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from branches.models import Branch, User
from jobs import services as jobs
from jobs.models import Job, State
from meetings.models import Action
from meetings.services.building import build_agendas
from scorecards.models import DailyFigures, FigureImport
from scorecards.services.recompute import recompute
from surveys.models import SurveyLink
from tests.branchops.routes import Route
from tests.meetings.factories import make_held, make_open
from tests.scorecards.factories import DailyFiguresFactory
from tests.surveys.factories import AnswerFactory, link_of, with_comment
from tests.worlds import World

DAYS = 380
ROLES = ("staff", "manager", "regional", "administrator")
REFUSED = "branch,day,visitors\nN1,{day},500\nN1,{day},x\nN9,{day},3\n"
SOUND = "branch,day,visitors\nN2,{day},176\n"
REGION_PAGES = {"scorecards:region", "scorecards:drivers"}


@dataclass
class Company:
    """The world of the tests with figures up to `newest`, and the rows that pages are asked for."""

    world: World
    newest: date
    link: SurveyLink
    action: Action
    refused: dict[str, FigureImport]
    done: FigureImport
    sessions: dict[str, str]

    @classmethod
    def make(cls) -> Company:
        """Build and compute it; some twenty queries and one night."""
        today = timezone.localdate()
        newest = today - timedelta(days=1)
        with transaction.atomic():
            world = World.make()
            store_figures(world, newest)
        recompute(today=today)
        refused = {role: make_import(getattr(world, role), REFUSED, newest) for role in ROLES[1:]}
        done = make_import(world.administrator, SOUND, newest)
        client_of(world.administrator).post(f"/imports/{done.pk}/apply/")
        work()
        action = hold_meetings(world, today)
        sessions = {role: session_of(getattr(world, role)) for role in ROLES}
        return cls(world, newest, ask_customers(world.branch, newest), action, refused, done, sessions)

    def arguments(self, route: Route, role: str = "administrator") -> dict[str, object]:
        """What a role fills into the address of a route; KeyError for an argument nobody has named here yet."""
        made = self.refused.get(role, self.done)
        known: dict[str, object] = {
            "code": self.world.area.code if route.name in REGION_PAGES else self.world.branch.code,
            "number": self.world.member.number,
            "day": (self.newest + timedelta(days=route.name.startswith("meetings:"))).isoformat(),
            "token": self.link.token,
            "pk": self.action.pk if route.name.startswith("meetings:") else made.pk,
        }
        return {name: known[name] for name in route.arguments}


def store_figures(world: World, newest: date) -> None:
    """Two branches with a rhythm of their own, one of them with two people whose figures add up to its own."""
    rows: list[DailyFigures] = []
    for ago in range(DAYS):
        day = newest - timedelta(days=ago)
        team = [figures(world.branch, day, 9 + (ago * 3) % 7, person.pk) for person in people(world)]
        rows += team
        rows.append(figures(world.branch, day, sum(row.buyers for row in team)))
        rows.append(figures(world.sister, day, 14 + ago % 9 + ago // 100))
    DailyFigures.objects.bulk_create(rows, batch_size=200)


def people(world: World) -> list[object]:
    return [world.member, world.colleague]


def figures(branch: Branch, day: date, buyers: int, staff_id: int = 0) -> DailyFigures:
    """A day on which every fifth visitor or so buys, every third buyer comes back, and an order is 90 to 100 yuan."""
    repeat, extension = buyers // 3, buyers // 4
    orders = buyers + repeat + extension
    return DailyFiguresFactory.build(
        branch=branch,
        day=day,
        staff_id=staff_id,
        visitors=None if staff_id else buyers * 5 + day.day % 4,
        buyers=buyers,
        orders=orders,
        repeat_orders=repeat,
        extension_orders=extension,
        revenue=orders * (9_000 + day.toordinal() % 11 * 100),
    )


def make_import(by: User, text: str, newest: date) -> FigureImport:
    """A file that was uploaded in the browser and read by the worker."""
    file = SimpleUploadedFile("figures.csv", text.format(day=newest.isoformat()).encode())
    client_of(by).post("/imports/upload/", {"file": file})
    work()
    return FigureImport.objects.latest("pk")


def hold_meetings(world: World, today: date) -> Action:
    """Yesterday's meeting was held and left an action, today's agenda stands."""
    make_held(world.branch, world.manager, day=today - timedelta(days=1))
    action = make_open(world.branch, world.member, world.manager, text="给十位客户打电话", due_on=today)
    build_agendas([world.branch, world.sister], today, at=timezone.now())
    return action


def ask_customers(branch: Branch, newest: date) -> SurveyLink:
    """Customers answered on most days, one of them at length."""
    for ago in range(40):
        AnswerFactory(branch=branch, day=newest - timedelta(days=ago), csat=1 + ago % 5, nps=ago % 11)
    with_comment(branch, "排队太久", day=newest, csat=1, nps=2)
    return link_of(branch)


def work() -> None:
    """Do what is due for the worker, and what follows from it; all of it must go well."""
    while job := Job.objects.due(timezone.now()).first():
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.state == State.DONE, f"{job.kind} is {job.state}: {job.error}"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def session_of(user: User) -> str:
    """The key of a new session of a user, to be handed to a browser as a cookie."""
    return client_of(user).cookies["sessionid"].value
