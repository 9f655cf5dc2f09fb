"""The experiments, each in a file of its own, in the order of the lesson."""

from lab.experiments.cases import (
    acknowledge_last,
    competing_workers,
    confirms,
    course_v_ours,
    fair_dispatch,
    fanout,
    order,
    outbox,
    poison,
    polling_v_push,
    retry_storm,
    subscriber_away,
    topic_bindings,
    two_pollers,
)
from lab.experiments.experiment import Experiment

ALL: tuple[Experiment, ...] = tuple(
    each.EXPERIMENT
    for each in (
        two_pollers,
        polling_v_push,
        competing_workers,
        fair_dispatch,
        order,
        fanout,
        topic_bindings,
        subscriber_away,
        acknowledge_last,
        poison,
        retry_storm,
        confirms,
        outbox,
        course_v_ours,
    )
)
BY_NAME = {each.name: each for each in ALL}
