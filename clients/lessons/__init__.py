"""The lessons, in their order."""

from clients.lessons.experiments import EXPERIMENTS
from clients.lessons.health import HEALTH
from clients.lessons.polling import POLLING
from clients.lessons.publish_subscribe import PUBLISH_SUBSCRIBE
from clients.lessons.queue import QUEUE
from clients.lessons.step import Lesson

LESSONS: tuple[Lesson, ...] = (HEALTH, QUEUE, PUBLISH_SUBSCRIBE, POLLING, EXPERIMENTS)
