"""转办 to a statutory department, 转介 to charity and social forces: two things with two sets of duties."""

from collections.abc import Iterator
from enum import StrEnum

from records.policy import Breach, Clause

COORDINATED = Clause("渝民发〔2018〕4号", "三（一）")
CONSENT = Clause("个人信息保护法", "第二十九条")
TELL = Clause("社会救助法", "第六十四条")

SEND_WORKDAYS, ACK_WORKDAYS, ANSWER_WORKDAYS = 2, 2, 10  # DESIGN: used only where no policy value is set; shown as 示例


class Mode(StrEnum):
    """How a matter leaves the window."""

    TRANSFER = "TRANSFER"
    REFER = "REFER"


def send_breaches(*, mode: Mode, consent: bool, reason: str, receiver_valid: bool) -> Iterator[Breach]:
    """What must hold before a sub-case is sent. 转介 hands personal data to others: only with the person's consent."""
    if mode is Mode.REFER and not consent:
        yield Breach("W-08", CONSENT, "转介会把申请人的信息交给其他单位，须先取得申请人同意并勾选“已取得同意”。")
    if not reason.strip():
        yield Breach("W-08", COORDINATED, "请写明转办（转介）事由，接收单位要据此办理。")
    if not receiver_valid:
        yield Breach("W-08", TELL, "接收单位已停用，请改选承接其职责的单位。")


def return_breaches(*, reason: str) -> Iterator[Breach]:
    """A department may send a matter back only in words the window can act on."""
    if not reason.strip():
        yield Breach("W-16", COORDINATED, "退回须写明理由，窗口要据此改送或告知申请人。")


def recall_breaches(*, reason: str) -> Iterator[Breach]:
    """Who has begun to work on it is told why to stop."""
    if not reason.strip():
        yield Breach("W-03", COORDINATED, "撤回须写明理由，接收单位会收到通知。")


def recalled_breaches(*, recalled: bool, matter: str, who: str) -> Iterator[Breach]:
    """What the window took back is not worked on any further; an answer to it would reach nobody. ``who``: the window's handler."""
    if recalled:
        yield Breach(
            "W-03", COORDINATED, f"“{matter}”已由窗口撤回，不再签收、退回或者答复，没有写入。已作出决定的，请联系窗口经办人{who}。"
        )


def answer_breaches(*, outcome: str, answer: str) -> Iterator[Breach]:
    """An answer says what was decided and what the applicant is to be told."""
    if not outcome:
        yield Breach("W-12", COORDINATED, "请选择办理结果。")
    if not answer.strip():
        yield Breach("W-12", COORDINATED, "请填写办理情况，窗口要据此答复申请人。")


def question_breaches(*, question: str) -> Iterator[Breach]:
    """W-04 by analogy: ask for everything at once, in writing."""
    if not question.strip():
        yield Breach("W-04", COORDINATED, "请一次写明需要补充的全部内容。")
