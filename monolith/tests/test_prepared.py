import pytest
from django.db.transaction import TransactionManagementError
from rest_framework.authtoken.models import Token
from samples import TALK

from presentations.actions import LOCKED
from presentations.models import Presentation
from web.prepared import Prepared

TALKS = Presentation.objects.select_related("conference", "conference__location__state")


def values(row):
    fields = row._meta.concrete_fields
    related = [field for field in fields if field.is_relation and field.is_cached(row)]
    own = {field.attname: getattr(row, field.attname) for field in fields}
    return own | {field.name: values(getattr(row, field.name)) for field in related}


@pytest.mark.django_db
def test_a_row_is_the_one_that_the_queryset_has(presentation, django_assert_num_queries):
    other = Presentation.objects.create(conference=presentation.conference, **TALK | {"title": "Another"})
    talks = Prepared(TALKS)

    for pk in (other.pk, presentation.pk):
        expected = values(TALKS.get(pk=pk))
        with django_assert_num_queries(1):
            found = talks.get(pk)
        assert (values(found), found._state.adding, found._state.db) == (expected, False, "default")


@pytest.mark.django_db
def test_a_row_is_found_by_another_key(organiser):
    token = Token.objects.create(user=organiser)

    found = Prepared(Token.objects.select_related("user"), "key").get(token.key)

    assert values(found) == values(Token.objects.select_related("user").get())


@pytest.mark.django_db
def test_a_row_that_is_not_there_is_missed_as_in_the_queryset(presentation):
    with pytest.raises(Presentation.DoesNotExist):
        Prepared(TALKS).get(presentation.pk + 1)


@pytest.mark.django_db
def test_what_the_queryset_leaves_out_is_left_out(presentation):
    with pytest.raises(Presentation.DoesNotExist):
        Prepared(Presentation.objects.filter(status="APPROVED")).get(presentation.pk)


@pytest.mark.django_db
def test_a_row_is_locked_and_what_is_selected_with_it_is_not(presentation, django_assert_num_queries):
    with django_assert_num_queries(1) as seen:
        LOCKED.get(presentation.pk)

    assert seen[0]["sql"].endswith('FOR UPDATE OF "presentations_presentation"')


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_rows_to_be_locked_want_a_transaction(presentation):
    with pytest.raises(TransactionManagementError):
        Prepared(Presentation.objects.select_for_update()).get(presentation.pk)
