"""Rows of this app for tests, made through the services."""

from datetime import date
from itertools import count

from records import jobs, messages, notices, values
from records.models import CalendarYear

_serial = count(1)


def make_notice(organisation, *, by=None, public=True, kind="procurement.award", title="示例结果公告", prefix="渝甲民", **context):
    return notices.issue(
        kind,
        organisation=organisation,
        title=title,
        template="records/print/official.html",
        context=context,
        by=by,
        number_prefix=prefix,
        public=public,
    )


def make_job(organisation, by, *, kind="test.nothing", key=None, title="示例任务", **params):
    return jobs.enqueue(kind, organisation=organisation, by=by, key=key or f"job-{next(_serial)}", title=title, **params)


def make_value(organisation, by, *, code="cap_ratio", value="30", since=date(2026, 1, 1), until=None, **fields):
    return values.set_value(
        code, organisation=organisation, value=value, effective_from=since, effective_to=until, source_document="示例文件", by=by, **fields
    )


def make_message(user, *, title="示例消息", url="", key=None):
    return messages.send([user], title, "正文", url=url, key=key or f"message-{next(_serial)}")


def years() -> list[int]:
    return list(CalendarYear.objects.values_list("year", flat=True))
