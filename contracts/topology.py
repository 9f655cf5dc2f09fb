"""All that the services declare on the broker, alike from every side."""

from functools import partial

from contracts import course
from contracts.queues import COURSE_QUEUES, QUEUES
from messaging.topology import Topology


def conference_go(course_mode: bool = False) -> Topology:
    """Our queues; in course mode decisions go to the queues that course programs declare, instead of to ours."""
    return Topology(QUEUES, COURSE_QUEUES if course_mode else (), partial(course.join, course_mode=course_mode))
