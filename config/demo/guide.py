"""What the bureau and the city tell everybody: conditions, a standard, an explanation, an answer; and one still in the drawer."""

from datetime import timedelta

from config.demo.timing import at, workday
from records import clock
from windows.models import GuideText
from windows.services import guide

SOURCE = "演示文件（非真实文号）"
TOLD = (
    ("CONDITION", "DIBAO", "最低生活保障的申请条件", "共同生活的家庭成员人均收入低于当地标准，并且财产状况符合当地规定的家庭（演示）。"),
    (
        "CONDITION",
        "TEKUN",
        "特困人员的认定条件",
        "无劳动能力、无生活来源、无法定义务人或者义务人无履行能力的老年人、残疾人和未成年人（演示）。",
    ),
    ("EXPLANATION", "", "一门受理是什么意思", "不清楚归哪个部门管，也到乡镇（街道）窗口。一次受理，由窗口转给主管部门（演示）。"),
    ("QUESTION", "DIBAO", "申请低保要自己开银行流水证明吗？", "不用。签好授权书后由部门之间核对，窗口不得要求您提供（演示）。"),
)
OWN = ("STANDARD", "DIBAO", "本区最低生活保障标准", "每人每月金额以区政府公布的当年标准为准（演示，未填金额）。")
DRAWER = ("QUESTION", "TEMPORARY", "临时救助多久能拿到？", "急难型的先行救助，材料后补（演示，待核对后发布）。")


def tell(place, users) -> None:
    if GuideText.objects.exists():
        return
    day = workday(clock.today() - timedelta(days=30))
    with at(day, 9):
        for said in TOLD:
            _publish(write(place.city, said, users["shiju"]), users["shiju"])
        _publish(write(place.bureau, OWN, users["jiuzhu"]), users["chenju"])
    write(place.bureau, DRAWER, users["jiuzhu"])


def write(organisation, said: tuple, by) -> GuideText:
    kind, programme, title, body = said
    values = {"kind": kind, "programme_code": programme, "title": title, "body": body, "source": SOURCE, "formed_on": clock.today()}
    return guide.write_text(organisation, by=by, **values)


def _publish(text: GuideText, by) -> None:
    guide.publish_text(text.pk, version=text.version, by=by)
