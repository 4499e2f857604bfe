"""The one door of a status, and the guards of rows that two people edit (D09)."""

import pytest
from django.db import connection, models, transaction
from django.test.utils import isolate_apps

from accounts.models import AuditEvent
from accounts.roles import Role
from records import values, workflow
from records.models import PolicyValue, Versioned
from records.policy import Breach, Clause
from records.refusals import IllegalTransition, Refused, StaleVersion, uphold
from tests.factories import make_user
from tests.records.factories import make_value

pytestmark = pytest.mark.django_db
CLAUSE = Clause("渝民发〔2018〕4号", "二（四）")


@pytest.fixture
def paper(chongqing):
    """A row with a version and a status, of a model that lives as long as the test."""
    with isolate_apps("records"):

        class Paper(Versioned):
            class Status(models.TextChoices):
                DRAFT = "DRAFT", "草稿"
                SENT = "SENT", "已报送"
                DONE = "DONE", "办结"

            TRANSITIONS = {Status.DRAFT: {Status.SENT}, Status.SENT: {Status.DRAFT, Status.DONE}, Status.DONE: set()}
            name = models.CharField("名称", max_length=20)
            status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFT)
            organisation = chongqing.home.bureau

            class Meta:
                app_label = "records"
                verbose_name = "样张"

            def __str__(self):
                return self.name

        with connection.schema_editor() as editor:
            editor.create_model(Paper)
        yield Paper.objects.create(name="甲")


@pytest.fixture
def user(chongqing):
    return make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau, name="李经办")


def states(model):
    return [(before, after) for before in model.Status for after in model.Status]


def test_every_pair_of_states_moves_exactly_when_the_table_says_so(paper, user):
    model = type(paper)
    for before, after in states(model):
        model.objects.filter(pk=paper.pk).update(status=before)
        paper.refresh_from_db()
        if after in model.TRANSITIONS[before]:
            assert workflow.move(paper, after, by=user).status == after
        else:
            with pytest.raises(IllegalTransition):
                workflow.move(paper, after, by=user)
            paper.refresh_from_db()
            assert paper.status == before


def test_a_move_leaves_one_audit_row_with_from_to_and_note(paper, user):
    workflow.move(paper, "SENT", by=user, note="材料齐全", detail={"amount": "3.00"})

    event = AuditEvent.objects.get(action="records.paper.sent")
    assert event.detail == {"from": "DRAFT", "to": "SENT", "note": "材料齐全", "amount": "3.00"}
    assert (event.actor, event.organisation_path) == (user, "50/500901/")
    paper.refresh_from_db()
    assert (paper.status, paper.version) == ("SENT", 1)


def test_a_move_writes_nothing_else(paper, user):
    paper.name = "没有保存的改动"
    workflow.move(paper, "SENT", by=user)

    paper.refresh_from_db()
    assert paper.name == "甲"


def test_an_illegal_move_names_the_way_out(paper, user):
    with pytest.raises(IllegalTransition, match="样张“甲”现为“草稿”，不能转为“办结”。目前只能转为：已报送。"):
        workflow.move(paper, "DONE", by=user)
    type(paper).objects.update(status="DONE")
    paper.refresh_from_db()
    with pytest.raises(IllegalTransition, match="最终状态"):
        workflow.move(paper, "DRAFT", by=user)


def test_a_failing_service_takes_the_move_and_its_trace_back(paper, user):
    with pytest.raises(Refused), transaction.atomic():
        workflow.move(paper, "SENT", by=user)
        raise Refused.because("X", CLAUSE, "后面的一步不成")

    assert type(paper).objects.get().status == "DRAFT"
    assert not AuditEvent.objects.filter(action__startswith="records.paper").exists()


def test_of_two_moves_from_one_state_the_second_is_stale(paper, user):
    other = type(paper).objects.get()
    workflow.move(paper, "SENT", by=user)

    with pytest.raises(StaleVersion, match="李经办"):
        workflow.move(other, "SENT", by=user)


def test_claiming_with_an_old_version_is_stale_and_names_who_was_first(paper, user):
    workflow.move(paper, "SENT", by=user)

    with pytest.raises(StaleVersion) as refusal:
        workflow.claim(type(paper), paper.pk, version=0)

    assert refusal.value.changed_by == "李经办"
    assert refusal.value.current.status == "SENT"
    assert workflow.claim(type(paper), paper.pk, version=1) == paper
    assert workflow.claim(type(paper).objects.all(), paper.pk) == paper


def test_touch_raises_the_version_once(paper):
    workflow.touch(paper)
    paper.save(update_fields=["version"])

    assert type(paper).objects.get().version == 1


def test_the_table_reads_in_chinese(paper):
    assert [(row.label, row.to, row.final) for row in workflow.transition_table(type(paper))] == [
        ("草稿", ("已报送",), False),
        ("已报送", ("草稿", "办结"), False),
        ("办结", (), True),
    ]


def test_a_principle_is_lifted_by_a_reason_and_a_rule_is_not():
    principle, rule = Breach("A", CLAUSE, "原则上不少于5人", binding=False), Breach("B", CLAUSE, "不得转包")

    assert uphold([principle], reason="人员已在招录") == [principle]
    assert uphold([]) == []
    for breaches, reason in ([[principle], " "], [[rule], "理由"], [[principle, rule], "理由"]):
        with pytest.raises(Refused):
            uphold(breaches, reason=reason)


def test_policy_values_move_by_their_table(chongqing, user):
    confirmer = make_user(role=Role.CITY_BUREAU, organisation=chongqing.city)
    row = make_value(chongqing.city, user)

    assert values.confirm_value(row.pk, by=confirmer).status == PolicyValue.Status.CONFIRMED
    with pytest.raises(IllegalTransition):
        values.confirm_value(row.pk, by=confirmer)
