"""What the codes of ``cells`` and ``layout`` mean to the person who sent the file: what was repaired, what is wrong, the way out."""

REPAIRS = {
    "repair_strip_id": "身份证号去掉了空格或不可见字符",
    "repair_nfkc": "身份证号全角数字改为半角",
    "repair_upper": "身份证号末位 x 改为大写",
    "repair_name_space": "姓名去掉了空格",
    "middle_dot_kept": "姓名中的间隔号保留",
    "dot_variant": "姓名间隔号统一为“·”",
    "fill_merged": "合并单元格按上方内容补齐",
    "ditto": "“同上”按上一行补齐",
    "alias_category": "类别的简称改为规范名称",
    "alias_village": "村（社区）的别名改为规范名称",
    "sheet_name_is_village": "村（社区）取自工作表名称",
    "category_from_form": "类别取自上传时的选择",
    "amount_format": "金额去掉了货币符号、逗号或单位",
    "amount_chinese_capitals": "大写金额改为数字",
    "date_dots": "日期“年.月.日”已识别",
    "date_slashes": "日期“年/月/日”已识别",
    "date_cn": "日期“年月日”已识别",
    "date_compact": "八位数字的日期已识别",
    "date_serial": "表格软件的日期序号已识别",
    "date_month_only": "只写到月，按当月 1 日",
    "newline_in_cell": "单元格内的换行改为空格",
    "needs_gb18030": "含生僻字，按 GB18030 读取",
}
WARNINGS = {
    "strikethrough_row": "整行画了删除线：如已停保请另行办理，导入不会停发",
    "warn_account_numeric_precision": "账号存成了数字，末几位已丢失，未采用",
    "id_age": "按身份证号计算年龄超过 130 岁，请核对",
}
# code → (what is wrong, the way out)
FAULTS = {
    "id_missing": ("没有身份证号", "补填后重新上传"),
    "id_numeric_precision_lost": ("身份证号存成了数字，末几位已丢失", "将该列设为“文本”，按证件重新填写；系统不猜测"),
    "id_masked": ("身份证号带掩码（*）", "填写完整号码"),
    "id_length": ("身份证号不是 18 位", "按证件核对，补齐或删去多余的位"),
    "id_characters": ("身份证号有数字和末位 X 以外的字符", "按证件重新填写"),
    "id_checksum": ("身份证号校验码不符", "核对是否有一位填错"),
    "id_birth": ("身份证号中的出生日期不存在或晚于今天", "按证件核对"),
    "name_missing": ("没有姓名", "补填姓名"),
    "name_strange": ("姓名有数字、符号或过长", "按证件填写姓名"),
    "formula_injection_name": ("姓名以 =、+、-、@ 开头，像是公式", "改为姓名的文字"),
    "bad_amount": ("金额无法识别", "填写数字，最多两位小数"),
    "missing_amount": ("户主行没有金额", "补填金额"),
    "formula_without_cached_value": ("公式没有计算结果", "用表格软件打开并保存一次，或改为数字"),
    "amount_not_positive": ("金额须大于 0", "退回、扣减请另行办理，不写在名册里"),
    "household_amount_conflict": ("与户主行的金额不同", "金额按户填写一次，或与户主行一致"),
    "bad_date": ("日期不存在或无法识别", "写成 2024-03-05 的样式"),
    "missing_date": ("没有日期", "补填日期"),
    "date_in_future": ("日期晚于今天", "核对年份"),
    "unknown_village": ("不在本乡镇（街道）的村（社区）名单中", "核对村名；新设的村请先由系统管理员登记"),
    "unknown_category": ("不是可识别的类别", "填写：农村低保、城市低保、特困分散供养、特困集中供养"),
    "missing_category": ("没有类别", "补填类别列，或上传时选择“表内未写类别时”"),
    "conflict_same_id_other_category": ("同一人已在本文件另一行，类别不同：低保和特困只能居其一", "删去不对的一行"),
    "conflict_same_id": ("同一人已在本文件另一行，内容不同", "删去不对的一行"),
    "head_not_found": ("上方没有这一户的户主行", "户主行写在前面，关系填“户主”或“本人”"),
    "head_refused": ("这一户的户主行未通过", "先改正户主行"),
    "standing_elsewhere": ("此人已在本区县另一乡镇（街道）在享", "先由原乡镇（街道）停保或转出"),
    "cut_unheard": ("金额低于在册金额，减发前没有听取本人意见", "先在此人的登记页“登记听取意见”再重新上传；写入时自动出具减发救助告知书"),
    "name_differs": ("与已登记的同一身份证号的姓名不同", "核对；确系原登记有误的，先更正姓名"),
}
SKIPS = {
    "title": "标题",
    "header": "表头",
    "blank_row": "空行",
    "subtotal": "小计",
    "total": "合计",
    "footer": "表尾",
    "notes_sheet": "说明页，不是名册",
    "hidden_sheet": "隐藏的工作表，未读取",
    "duplicate_in_file": "与前面一行相同",
    "status_stopped_in_remark": "备注写明已停，未导入；停保请另行办理",
    "paid_before": "这笔救助已登记",
}


def reason(code: str) -> str:
    """The fault with its way out, or the word of a skip."""
    if code in FAULTS:
        return "；".join(FAULTS[code])
    return SKIPS.get(code) or REPAIRS.get(code) or WARNINGS[code]
