"""Lists as townships send them, and what has to become of each row: (outcome, codes that must be among its own)."""

import io

import xlsxwriter

VILLAGES = {"凤凰村": 1, "龙门社区": 2}
HEAD = "510200195001010010"
MEMBER = "510200195203150222"
# row → what becomes of it
ROSTER_WANTED = {
    1: ("skip", {"title"}),
    2: ("skip", {"title"}),
    3: ("skip", {"header"}),
    4: ("skip", {"header"}),
    5: ("take", set()),
    6: ("take", {"repair_strip_id", "repair_name_space", "fill_merged"}),
    7: ("take", {"repair_strip_id", "fill_merged"}),
    8: ("take", {"repair_nfkc", "alias_category", "amount_format", "date_dots"}),
    9: ("take", {"alias_village", "amount_format", "date_cn", "warn_account_numeric_precision"}),
    10: ("refuse", {"id_numeric_precision_lost"}),
    11: ("refuse", {"missing_amount"}),
    12: ("take", {"alias_category", "date_month_only"}),
    13: ("skip", {"subtotal"}),
    14: ("refuse", {"id_checksum"}),
    15: ("refuse", {"bad_date"}),
    16: ("skip", {"duplicate_in_file"}),
    17: ("refuse", {"conflict_same_id_other_category"}),
    18: ("refuse", {"unknown_village"}),
    19: ("refuse", {"id_length"}),
    20: ("skip", {"blank_row"}),
    21: ("skip", {"total"}),
    22: ("skip", {"footer"}),
}
RELIEF_WANTED = {
    1: ("skip", {"title"}),
    2: ("skip", {"header"}),
    3: ("take", {"repair_strip_id", "needs_gb18030", "date_slashes"}),
    4: ("take", {"repair_strip_id", "repair_name_space", "amount_format"}),
    5: ("refuse", {"id_numeric_precision_lost"}),
    6: ("refuse", {"id_masked"}),
    7: ("refuse", {"formula_injection_name"}),
    8: ("take", {"amount_chinese_capitals", "newline_in_cell"}),
    9: ("refuse", {"amount_not_positive"}),
    10: ("refuse", {"date_in_future"}),
    11: ("skip", {"total"}),
}
SHEETS_WANTED = {
    ("凤凰村", 1): ("skip", {"header"}),
    ("凤凰村", 2): ("take", set()),
    ("凤凰村", 3): ("take", {"ditto"}),
    ("凤凰村", 4): ("skip", {"status_stopped_in_remark"}),
    ("凤凰村", 5): ("take", {"strikethrough_row"}),
    ("龙门社区 (2)", 1): ("skip", {"title"}),
    ("龙门社区 (2)", 2): ("skip", {"blank_row"}),
    ("龙门社区 (2)", 3): ("skip", {"header"}),
    ("龙门社区 (2)", 4): ("take", {"repair_strip_id", "sheet_name_is_village", "category_from_form"}),
    ("龙门社区 (2)", 5): ("refuse", {"formula_without_cached_value"}),
    ("龙门社区 (2)", 6): ("take", {"middle_dot_kept"}),
    ("龙门社区 (2)", 7): ("skip", {"duplicate_in_file", "dot_variant"}),
    ("说明", 1): ("skip", {"notes_sheet"}),
    ("旧", 1): ("skip", {"hidden_sheet"}),
    ("旧", 2): ("skip", {"hidden_sheet"}),
}
PEOPLE = (
    # number, village, head, name, relation, ID number, category, amount, day, account, phone, remark
    (1, "凤凰村", "测甲", "测甲", "本人", HEAD, "农村低保", 560, "2023-07-01", "9999", "12300000001", ""),
    ("", "", "", "测 乙", "配偶", "510200 19520315 0222", "农村低保", "", "", "", "", ""),
    ("", "", "", "测丙", "孙子", "\u200b500100201106010317\xa0", "农村低保", "", "", "", "", ""),
    (
        2,
        "凤凰村",
        "测丁",
        "测丁",
        "本人",
        "５１０２００１９６２１１３０００４５",
        "农低",
        "￥1,120.00",
        "2024.3.5",
        "9999",
        12300000002,
        "",
    ),
    (
        3,
        "凤凰村村民委员会",
        "测戊",
        "测戊",
        "户主",
        "510200197902281052",
        "农村低保 ",
        "480元/月",
        "2024年3月5日",
        9999000000000000013,
        "—",
        "",
    ),
    (4, "凤凰村", "测己", "测己", "本人", 510200198808081234, "农村低保", 560, 45356, "9999", "—", ""),
    (5, "龙门社区", "测庚", "测庚", "本人", "51020019451001017X", "城市低保", "", "20240105", "9999", "", "金额漏填"),
    (6, "龙门社区", "测辛", "测辛", "本人", "510200193312050280", "特困（分散供养）", 1050, "2024-02", "9999", "", ""),
    ("小计", "凤凰村、龙门社区", "", "", "", "", "", "", "", "", "", ""),
    (7, "龙门社区", "测壬", "测壬", "本人", "500100200002291040", "城市低保", 700, "2024/3/5", "9999", "", ""),
    (8, "龙门社区", "测癸", "测癸", "本人", "51020019660606119X", "城市低保", 700, "2024.2.30", "9999", "", ""),
    (9, "凤凰村", "测甲", "测甲", "本人", HEAD, "农村低保", 560, "2023-07-01", "9999", "12300000001", "重复"),
    (10, "凤凰村", "测甲", "测甲", "本人", HEAD, "特困人员", 1050, "2024-03-01", "9999", "12300000001", ""),
    (11, "不存在村", "测子", "测子", "本人", "510200197007072019", "农村低保", 560, "2024-03-01", "9999", "", ""),
    (12, "凤凰村", "测丑", "测丑", "本人", "51122419640101019", "农村低保", 560, "2024-03-01", "9999", "", "缺一位"),
    ("",) * 12,
    ("合计",) + ("",) * 11,
)
RELIEF = (
    "样例区测试镇2024年第一季度临时救助发放表（虚构）,,,,,,,\r\n序号,姓名,身份证号,家庭住址,救助原因,救助金额,审批时间,备注,\r\n"
    "1,测䶮,\t510200197101013015,测试镇凤凰村3组,突发疾病,3000,2024/1/15,,\r\n"
    '2,测  二,\'500100199808089904,"测试镇龙门社区, 2-1",教育支出,"1,500.00",2024-1-8,,\r\n'
    "3,测三,5.10200195605053E+17,测试镇凤凰村,火灾,5000,2024.2.1,,\r\n"
    "4,测四,500100****05093333,测试镇凤凰村,交通事故,2000,2024年2月8日,,\r\n"
    "5,=1+1,51020019691111303X,测试镇龙门社区,其他,800,45350,,\r\n"
    '6,测六,510200198712124042,"测试镇龙门社区\r\n2栋",重大疾病,叁仟元整,2024-03-01,,\r\n'
    "7,测七,510200196001015019,测试镇凤凰村,突发疾病,-500,2024-03-05,退回,\r\n"
    "8,测八,510200197707075026,测试镇凤凰村,突发疾病,2000,2042-03-05,,\r\n"
    ",,,,,16800,,合计,\r\n"
).encode("gb18030")


def roster() -> bytes:
    """Two heading rows, a household in merged cells, numbers in every shape, and what is no data."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet("2024年3月")
    page.merge_range("A1:L1", "样例区测试镇2024年3月城乡低保、特困对象花名册（虚构数据）")
    page.merge_range("A2:H2", "填报单位（盖章）：测试镇民政办")
    page.merge_range("I2:L2", "填报日期：2024.3.31　　单位：元")
    upper = ("序号", "村（社区）", "户主姓名", "", "", "", "保障类别", "月保障金额（元）", "起保时间", "一卡通账号", "联系电话", "备注")
    for column, word in enumerate(upper):
        if word:
            page.merge_range(2, column, 3, column, word)
    page.merge_range("D3:F3", "家庭成员")
    for column, word in enumerate(("姓名", "与户主关系", "身份证号码"), start=3):
        page.write_string(3, column, word)
    for row, values in enumerate(PEOPLE, start=4):
        for column, value in enumerate(values):
            (page.write_number if isinstance(value, int) else page.write_string)(row, column, value)
    for column in (0, 1, 2, 7, 8, 9, 10, 11):
        value = PEOPLE[0][column]
        page.merge_range(4, column, 6, column, value)
    page.merge_range("A22:L22", "分管领导：样例　　审核：样例　　填表人：样例")
    book.close()
    return buffer.getvalue()


def village_sheets() -> bytes:
    """A sheet for each village, ditto marks, a row struck through, a formula never computed, a page of notes, a hidden sheet."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    strike = book.add_format({"font_strikeout": True})
    first = book.add_worksheet("凤凰村")
    for row, values in enumerate(
        (
            ("姓名", "身份证号", "类别", "人数", "金额", "村", "备注"),
            ("村甲", "510200194701017016", "农村低保", 2, 900, "凤凰村", ""),
            ("村乙", "510200195802027023", "〃", 1, 450, "〃", ""),
            ("村丙", "510200196903037030", "同上", 1, "/", "同上", "已停保"),
        )
    ):
        first.write_row(row, 0, values)
    first.write_row(4, 0, ("村丁", "510200197504047041", "农村低保", 1, 450, "凤凰村"), strike)
    second = book.add_worksheet("龙门社区 (2)")
    second.write_string(0, 0, "龙门社区低保台账")
    second.write_row(2, 0, ("序", "身份证号", "姓  名", "保障金（月）", "户内人数", "备  注"))
    second.write_row(3, 0, (1, "\ufeff500100200805057056", "社甲", 650, 1))
    second.write_row(4, 0, ("2", "510200198206067065", "社乙", "", 2))
    second.write_formula(4, 3, "=D4*2", None, "")
    second.write_row(5, 0, (3, "510200199307077072", "社·丙", 650, 1, "名字含间隔号"))
    second.write_row(6, 0, (4, "510200199307077072", "社•丙", 650, 1))
    book.add_worksheet("说明").write_string(0, 0, "本表由各村填报，每月25日前报送。")
    old = book.add_worksheet("旧")
    old.write_row(0, 0, ("姓名", "身份证号"))
    old.write_row(1, 0, ("旧甲", "510200196601018010"))
    old.very_hidden()
    book.close()
    return buffer.getvalue()
