import pytest
from samples import forget_published, published

from accounts.models import Account
from contracts.messages import PresentationApproved
from messaging.errors import OutsideTransaction
from messaging.outbox import publish
from messaging.outbox.models import OutboxMessage
from presentations import actions
from presentations.models import Presentation

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize(
    ("path", "opposite", "status", "queue"),
    [
        ("approval", "rejection", "APPROVED", "presentation_approvals"),
        ("rejection", "approval", "REJECTED", "presentation_rejections"),
    ],
)


@BOTH
def test_it_is_stored_and_published_to_its_queue(desk, presentation, path, opposite, status, queue):
    forget_published()

    desk.put(f"/api/presentations/{presentation.pk}/{path}/")

    row = OutboxMessage.objects.get()
    assert Presentation.objects.get().status == status
    assert (row.exchange, row.routing_key) == ("presentations", queue)
    assert published() == [
        (
            f"presentation.{status.lower()}",
            {
                "presenter_name": "Grace Hopper",
                "presenter_email": "grace@example.com",
                "title": "The first bug",
                "presentation_id": presentation.pk,
            },
        )
    ]


@BOTH
def test_the_same_again_is_fine_and_publishes_nothing(desk, presentation, path, opposite, status, queue):
    first = desk.put(f"/api/presentations/{presentation.pk}/{path}/")
    forget_published()

    again = desk.put(f"/api/presentations/{presentation.pk}/{path}/")

    assert (again.status_code, again.json()) == (200, first.json())
    assert published() == []


@BOTH
def test_the_opposite_is_refused(desk, presentation, path, opposite, status, queue):
    desk.put(f"/api/presentations/{presentation.pk}/{path}/")
    forget_published()

    answer = desk.put(f"/api/presentations/{presentation.pk}/{opposite}/")

    assert (answer.status_code, answer.json()) == (
        409,
        {
            "message": f"This presentation is {status}, and its presenter knows: that is final.",
            "code": "already_decided",
            "errors": {},
        },
    )
    assert (Presentation.objects.get().status, published()) == (status, [])


@pytest.mark.parametrize("change", [{"presenter_name": "Rear Admiral"}, {"presenter_email": "other@example.com"}])
def test_afterwards_the_presenter_stays(desk, presentation, change):
    actions.approve(presentation.pk)

    answer = desk.put(f"/api/presentations/{presentation.pk}/", change, format="json")

    stored = Presentation.objects.get()
    assert (answer.status_code, answer.json()["code"]) == (409, "already_decided")
    assert (stored.presenter_name, stored.presenter_email) == ("Grace Hopper", "grace@example.com")


def test_afterwards_the_words_may_change_also_when_the_same_presenter_is_sent_along(desk, presentation):
    actions.approve(presentation.pk)
    change = {"presenter_name": "Grace Hopper", "presenter_email": "grace@example.com", "synopsis": "A real moth."}

    answer = desk.put(f"/api/presentations/{presentation.pk}/", change, format="json")

    assert (answer.status_code, answer.json()["synopsis"], answer.json()["status"]) == (200, "A real moth.", "APPROVED")


def test_when_it_cannot_be_published_it_is_not_stored(desk, presentation):
    presentation.title = ""  # which no message may have, and nobody can send
    presentation.save()

    answer = desk.put(f"/api/presentations/{presentation.pk}/approval/")

    assert answer.status_code == 500
    assert Presentation.objects.get().status == "SUBMITTED"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_news_without_a_transaction_is_refused(db):
    with pytest.raises(OutsideTransaction):
        publish(PresentationApproved(presenter_name="G", presenter_email="g@example.com", title="T"))


@pytest.mark.parametrize("path", ["approval", "rejection"])
@pytest.mark.parametrize("who", ["nobody", "ada"])
def test_only_an_organiser_decides(browser, ada, presentation, path, who):
    forget_published()
    if who == "ada":
        browser.force_authenticate(Account.objects.get(username="ada"))

    answer = browser.put(f"/api/presentations/{presentation.pk}/{path}/")

    assert answer.status_code == (401 if who == "nobody" else 403)
    assert (Presentation.objects.get().status, published()) == ("SUBMITTED", [])
