"""投诉处理结果公告: announced from what finance decided, once for each decision."""

import pytest

from procurement.models import ProjectPaper
from procurement.services import announcements, challenge
from records import clock
from records.refusals import Refused
from tests.procurement import test_challenges
from tests.procurement.test_challenges import answer, complain, raise_it

pytestmark = pytest.mark.django_db
scene_once, world, announced = test_challenges.scene_once, test_challenges.world, test_challenges.announced
SAID = {"parties": "投诉人：示例公司\n被投诉人：示例局", "facts": "对评分有异议", "basis": "政府采购质疑和投诉办法", "decision": "驳回投诉"}


def decide(world):
    complaint = complain(world, answer(world, raise_it(world), verdict="rejected"))
    decided = {"decision_no": "区财采决〔2026〕1号", "decided_on": clock.today(), "grounds": "投诉事项不成立。"}
    challenge.record_decision(complaint.pk, verdict="rejected", consequence="kept", by=world.officer, **decided)


def prepare(world):
    return announcements.save_draft(world.tender.project_id, kind="complaint", values=SAID, by=world.officer)


def test_nothing_is_announced_before_finance_decided(world, announced):
    with pytest.raises(Refused) as refusal:
        prepare(world)
    assert [breach.rule for breach in refusal.value.breaches] == ["NT-4"]


def test_a_decision_is_announced_once(world, announced):
    decide(world)
    draft = prepare(world)
    paper = announcements.issue(draft.pk, version=draft.version, by=world.officer)
    text = str(paper.notice.context["sections"])
    assert paper.kind == ProjectPaper.Kind.COMPLAINT and "驳回投诉" in text and "被投诉人：示例局" in text
    assert paper.detail["decided_on"] == clock.today().isoformat()
    with pytest.raises(Refused):
        prepare(world)


def test_the_page_begins_with_what_finance_wrote(world, announced, browse):
    decide(world)
    page = browse(world.officer).get(f"/procurement/projects/{world.tender.project_id}/notices/complaint/").content.decode()
    assert "区财采决〔2026〕1号" in page and "投诉事项不成立" in page
