"""Course mode, and more than a broker fails: a mailer of the course may lose what it took, and nothing else is lost."""

from tests.faults.course_stage import decided, no_workers
from tests.faults.patience import until


def test_letters_that_a_mailer_of_the_course_ended_over_are_lost_and_no_others(course, mailers):
    no_workers(course)
    (mailer,) = mailers(1)
    mailer.freeze()
    load = decided(course, 40)
    assert until(lambda: not course.in_doubt(), 20)
    mailer.kill()
    for worker in course.workers:
        worker.start()
    later = decided(course, 20)

    lost = len(course.look_at_letters(load).lost)
    course.settle_course(
        "mailer of the course killed over its letters", load, f"{lost} in hand" * bool(lost), may_lose=lost
    )
    course.settle_course("after that", later, "our workers alone")


def test_a_mail_server_that_is_away_costs_our_workers_time_only(course):
    marks = [worker.mark() for worker in course.workers]
    course.mail.stop()
    load = decided(course, 60)
    waited = until(lambda: all(w.count("waits: mail server", m) for w, m in zip(course.workers, marks, strict=True)))
    course.mail.start()

    course.settle_course("mail server away", load, "both workers waited" * waited)


def test_what_cannot_be_read_in_a_queue_of_the_course_is_a_dead_letter_and_the_rest_flows(course):
    course.broker.publish(course.vhost, "", "presentation_approvals", b"This is no JSON.")
    load = decided(course, 60)
    parked = until(lambda: course.broker.waiting(course.vhost).get("workflow.dead_letters"))

    course.settle_course("unreadable message in a queue of the course", load, "1 dead letter" * parked, dead=1)
