"""What an applicant reads of its application. It has no account and so no mailbox: the page is the message."""

from django.utils.timezone import localtime

from contractors.models import Application

AGAIN = (
    "原因消除后可以重新申请，材料需要重新提交。对理由有疑问的，凭申请编号向受理的民政局询问；"
    "认为不予登记不当的，可以书面请其复核或者向市民政局反映。"
)
NO_MESSAGE = "核实结果只在本页显示，系统不发短信和邮件：请凭申请编号和查询码随时回来查看。核实期间不能修改。"


def told(row: Application) -> dict:
    """What was decided, by whom and when, why, and what can be done now."""
    who = f"{row.district.name}，{localtime(row.judged_at):%Y-%m-%d %H:%M}" if row.judged_at else ""
    reason = f"核实意见：{row.verdict_reason}" if row.verdict_reason else ""
    match row.status:
        case Application.Status.SUBMITTED:
            return {"title": "已提交，等待区县民政局核实", "lines": [NO_MESSAGE]}
        case Application.Status.RETURNED:
            last = row.notes.filter(round=row.round).last()
            when = f"{row.district.name}，{localtime(last.returned_at):%Y-%m-%d %H:%M}" if last else ""
            lines = [when, "各部分的原因见下方，一次列明。请修改或补充后重新提交；重新提交前，已填内容和材料都保留。"]
            return {"title": "退回补正", "tone": "due", "lines": lines}
        case Application.Status.REFUSED:
            return {"title": "不予登记", "tone": "overdue", "lines": [who, f"理由和依据：{row.verdict_reason}", AGAIN], "again": True}
        case Application.Status.APPROVED if row.claimed_at:
            return {"title": "已登记，账号已领取", "tone": "ok", "lines": [who, reason, "请用领取时设定的密码登录。"]}
        case Application.Status.APPROVED:
            way = "请领取本单位的管理员账号，由您自己设定密码；领取前不能登录。"
            return {"title": "核实通过", "tone": "ok", "lines": [who, reason, way]}
    return {}
