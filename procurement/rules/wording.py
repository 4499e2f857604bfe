"""Words that shut suppliers out: by form, ownership, place, size or standing. Rule ids: docs/rules.md."""

import re
from collections.abc import Iterable, Iterator

from records.policy import Breach, Clause

DISCRIMINATION = Clause("政府采购法实施条例", "第二十条")
SIZE = Clause("财政部令第87号", "第十七条")

HERE = r"(?:本区县|本区|本县|本市|本地|当地|属地|本土|辖区内?|区内|县内|市内|渝内)"
KINDS = (
    "(?:社会组织|社会团体|社会服务机构|民办非企业(?:单位)?|基金会|国有控股企业|国有企业|国企|民营企业|私营企业|外资企业|内资企业"
    "|(?<!小微)(?<!小型)(?<!中小)企业|公司|事业单位)"
)
RESTRICTIONS = (
    (
        rf"(?<!不)(?:仅限|只限|限于|限|必须为|必须是|须为|须是|应为|应是|应当是)\s*(?:依法登记的)?{KINDS}",
        "限定供应商的组织形式或者所有制",
    ),
    (rf"(?:仅|只)(?:接受|面向|允许|邀请){KINDS}", "限定供应商的组织形式或者所有制"),
    (rf"(?:不接受|不得为|不得是|拒绝|排除){KINDS}", "排斥某类组织形式或者所有制的供应商"),
    (rf"{KINDS}(?:优先|加分|予以加分)", "以组织形式或者所有制给予优待"),
    (rf"(?<!标后在)(?<!交后在)(?<!签约后在){HERE}\s*(?:注册|登记|设立|成立)", "限定供应商的所在地"),
    (rf"(?:注册地|登记地|住所地?|经营地|总部)\s*(?:必须|须|应当?|只能)?\s*(?:在|为|位于)\s*{HERE}", "限定供应商的所在地"),
    (
        rf"(?:投标前|响应前|报名时|截止前)?\s*(?:必须|须|应当?)在\s*{HERE}\s*(?:设有|具有|拥有)\s*\S{{0,4}}(?:分公司|分支机构|办事处|办公场所|服务网点)",
        "要求供应商事先在本地设立机构",
    ),
    (rf"{HERE}(?:的)?(?:供应商|企业|机构|组织|单位)(?:优先|加分)", "以所在地给予优待"),
    (rf"{HERE}\s*(?:\S{{0,6}})(?:业绩|案例|奖项|荣誉|获奖|表彰)", "以特定行政区域的业绩、奖项作为条件"),
    (r"[\u4e00-\u9fff]{2,4}(?:区|县)(?:范围)?内?的?(?:同类)?(?:项目)?(?:业绩|奖项|荣誉)", "以特定行政区域的业绩、奖项作为条件"),
)
SIZE_BOUND = re.compile(
    r"(?:注册资本|注册资金|资产总额|营业收入|从业人员|利润|纳税额)\s*\S{0,6}?(?:不低于|不少于|不得低于|达到|大于|超过|\d+(?:\.\d+)?\s*(?:万元|元|人|名)?以上)"
)
AGE_BOUND = re.compile(
    r"(?:成立|注册|登记)(?:时间|年限)?\s*(?:须|应|必须)?\s*(?:满|不少于|不低于|达到|超过)\s*[一二三四五六七八九十\d]+\s*年"
)
STATUS_WORDS = ("评估等级", "3A级", "4A级", "5A级", "协会会员", "会员单位", "理事单位")


def wording_breaches(text: str) -> Iterator[Breach]:
    """P-12 (BLOCK) and P-47 (WARN): nothing that shuts out suppliers by form, ownership, place, size or standing.

    Size and age are refused as well unless a reason ties them to the contract: those texts we know from memory only.
    """
    told = set()
    for pattern, what in RESTRICTIONS:
        for found in re.finditer(pattern, text):
            if found.group(0) not in told:
                told.add(found.group(0))
                yield Breach("P-12", DISCRIMINATION, f"“{found.group(0)}”{what}，属于以不合理条件限制供应商，请删除。")
    for pattern, what in ((SIZE_BOUND, "以规模条件"), (AGE_BOUND, "以成立年限")):
        for found in pattern.finditer(text):
            yield Breach("P-12", SIZE, f"“{found.group(0)}”{what}限制供应商，请删除；确与合同履行相关的写明理由。", binding=False)
    for word in STATUS_WORDS:
        if word in text:
            yield Breach("P-47", DISCRIMINATION, f"以“{word}”作为条件或者评分因素易构成差别待遇，请说明与合同履行的关系。", binding=False)


def demanded_breaches(qualifications: Iterable[str]) -> Iterator[Breach]:
    """P-12 for the qualifications that a tender demands, one by one."""
    for one in qualifications:
        yield from wording_breaches(one)
