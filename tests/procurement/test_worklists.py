"""What waits is on the list of everybody who may do it, not only of who began: P-02, F-03, T-12, T-13."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from procurement.models import Project, Tender
from procurement.reports import bidding, project
from procurement.services import challenge
from records import clock, workdays
from records.models import Message
from tests.factories import make_user
from tests.procurement import factories

pytestmark = pytest.mark.django_db


def kinds(items) -> set[str]:
    return {item.kind for item in items}


def test_p02_f03_t13_what_waits_is_shown_to_everybody_of_the_office_who_may_do_it(chongqing):
    office = factories.make_office(chongqing)
    colleague = make_user(role=Role.PURCHASE_OFFICER, organisation=office.bureau)
    stranger = make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.districts[1].bureau)
    award = factories.make_awarded(office, chongqing.contractors[0], announced=False)
    draft = factories.make_draft(office)
    assert kinds(project.worklist(colleague)) == {"立项", "签订合同"} and project.worklist(stranger) == []
    told = [item for item in bidding.worklist(colleague) if item.title.startswith("发布结果公告")]
    assert [item.due_on for item in told] == [workdays.add_workdays(clock.today(), 2)] and not bidding.worklist(stranger)
    assert "指导意见" not in kinds(project.worklist(office.chief)) and project.worklist(office.finance) == []
    town = chongqing.home.townships[0].organisation
    Project.objects.filter(pk=draft.pk).update(status="submitted", organisation=town)
    office.superior_line.fundings.create(project=draft, amount=1)
    assert "指导意见" in kinds(project.worklist(office.chief)) and kinds(project.worklist(office.finance)) == {"资金会签"}
    Tender.objects.filter(pk=award.tender_id).update(status="ranked", ranked_at=clock.now() - timedelta(minutes=1))
    due = [item.due_on for item in bidding.worklist(office.chief) if item.title.startswith("确定成交供应商")]
    assert due == [workdays.add_workdays(clock.today(), 5)]  # T-12
    challenge.tell_bureau(award.tender, "收到质疑", "challenge:x")
    assert set(Message.objects.filter(key="challenge:x").values_list("recipient", flat=True)) == {office.officer.pk, colleague.pk}
