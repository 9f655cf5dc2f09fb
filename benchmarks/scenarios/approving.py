"""A decision stored and published, and a list of 100, over HTTP. Everybody under the same server."""

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.bars import Bar
from benchmarks.client import answers_per_second, wait_for
from benchmarks.findings import Finding, Row
from benchmarks.ground import Ground
from benchmarks.outbox import relaying
from benchmarks.plan import Plan
from benchmarks.program import Program
from benchmarks.rounds import Say, rounds
from benchmarks.servers import CONNECTIONS, PREPARE
from native.rabbitmq import free_port

OURS, COURSE, KEPT = "ours", "the course's way", "the course's way, database connections kept"
CELERY, DRAMATIQ = "Celery, on_commit, connections kept", "Dramatiq, on_commit, connections kept"
LOST = "a decision committed before a crash may never be published; an answer waits for the broker"
LISTS = itertools.repeat(("GET", "/api/conferences/"))
TOKEN = """
    SELECT key FROM authtoken_token JOIN accounts_account ON accounts_account.id = user_id WHERE username = 'organiser'
"""
TALKS = """
    INSERT INTO presentations_presentation
        (presenter_name, presenter_email, title, synopsis, status, created, conference_id)
    SELECT 'Ada', 'ada@example.com', 'Talk ' || n, '-', 'SUBMITTED', now(), (SELECT min(id) FROM events_conference)
      FROM generate_series(1, %s) AS n RETURNING id
"""


@dataclass
class Site:
    """Where something is served, and by which path approvals go."""

    name: str
    port: int
    path: str
    gives_up: str


def measure(ground: Ground, plan: Plan, say: Say) -> list[Finding]:
    """Ours has its relay at work, and asks who decides. The servers stay up; requests to them take turns."""
    with ExitStack() as stack:
        vhost = stack.enter_context(ground.vhost())
        key = token_of_organiser(ground)
        stack.enter_context(relaying(ground, vhost))
        sites = list(_sites(stack, ground, vhost))
        approvals = {site.name: Row(site.name, [], site.gives_up) for site in sites}
        lists = {name: Row(name, []) for name in (OURS, COURSE, KEPT)}
        found = _finding_of_approvals(list(approvals.values())), _finding_of_lists(list(lists.values()))
        talks = talks_of(stack.enter_context(ground.sql("monolith")), plan)
        for site in sites:
            say(f"warming up: {site.name}")
            _rate(site, _puts(site, talks), key, plan.seconds / 2)
            if site.name in lists:
                _rate(site, LISTS, "", plan.seconds / 2)
        for name in rounds(plan, *found):
            for site in sites:
                say(f"{name}: {site.name}")
                if site.name in lists:
                    lists[site.name].figures.append(_rate(site, LISTS, "", plan.seconds))
                approvals[site.name].figures.append(_rate(site, _puts(site, talks), key, plan.seconds))
    return list(found)


def token_of_organiser(ground: Ground) -> str:
    """Of whoever decides; made where it is not there yet, with 100 conferences."""
    with ground.sql("monolith") as cursor:
        cursor.execute(TOKEN)
        if found := cursor.fetchone():
            return str(found[0])
    made = ground.manage("monolith", "shell", "--verbosity", "0", "-c", PREPARE.replace("{talks}", "1"))
    return made.split()[-1]


def _finding_of_approvals(rows: list[Row]) -> Finding:
    bars = [Bar("approval ÷ the course's way", OURS, COURSE, at_least=2)]
    return Finding("approval", "Approval: a decision stored and published", "answers/s", rows, bars)


def _finding_of_lists(rows: list[Row]) -> Finding:
    bars = [Bar("list of 100 ÷ the course's way", OURS, COURSE, at_least=3)]
    note = "Ours lists eight fields of each, and an ETag; the course's way three."
    return Finding("list", "List of 100 conferences", "answers/s", rows, bars, note=note)


def _sites(stack: ExitStack, ground: Ground, vhost: str) -> Iterator[Site]:
    ours, course, kept = free_port(), free_port(), free_port()
    env = ground.env("monolith", vhost, WEB_PORT=str(ours), WEB_WORKERS="2")
    stack.enter_context(serving(ground, ["monolith/manage.py", "serve"], env, ours))
    for port, is_kept in ((course, "0"), (kept, "1")):
        own = stack.enter_context(ground.vhost())
        env = ground.env("monolith", own, KEPT=is_kept, DJANGO_SETTINGS_MODULE="benchmarks.course.settings")
        stack.enter_context(serving(ground, _granian(port), env, port))
    path = "presentations/{}/approval/"
    yield Site(OURS, ours, f"/api/{path}", "")
    yield Site(COURSE, course, f"/api/{path}", f"{LOST}; nothing confirmed")
    yield Site(KEPT, kept, f"/api/{path}", f"{LOST}; nothing confirmed")
    yield Site(CELERY, kept, f"/celery/{path}", LOST)
    yield Site(DRAMATIQ, kept, f"/dramatiq/{path}", LOST)


def _granian(port: int) -> list[str]:
    """As the monolith's `serve` starts it."""
    return [
        "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2", "--blocking-threads", "1",
        "benchmarks.course.wsgi:application",
    ]  # fmt: skip


@contextmanager
def serving(ground: Ground, command: list[str], env: dict[str, str], port: int) -> Iterator[None]:
    """A web server, once it listens."""
    with Program(ground, command, env) as server:
        wait_for(port, server.process)
        yield


def talks_of(cursor: Any, plan: Plan) -> Iterator[int]:
    """Numbers of presentations that nobody has decided on."""
    while True:
        cursor.execute(TALKS, [int(1000 * plan.seconds) + 100])
        yield from [pk for (pk,) in cursor.fetchall()]


def _puts(site: Site, talks: Iterator[int]) -> Iterator[tuple[str, str]]:
    return (("PUT", site.path.format(pk)) for pk in talks)


def _rate(site: Site, requests: Iterator[tuple[str, str]], key: str, seconds: float) -> float:
    return asyncio.run(answers_per_second(site.port, requests, key, CONNECTIONS, seconds))
