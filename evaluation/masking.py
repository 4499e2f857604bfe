"""What must not reach the public: numbers that name a person, and the commonest way to name one in a sentence. Pure.

Names can be written in more ways than any list knows: the preview before publication asks a person to look.
"""

import re

from records.identity import mask_phone

RESIDENT_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
CARD_NUMBER = re.compile(r"(?<!\d)\d{16,19}(?!\d)")
PHONE = re.compile(r"(?<!\d)1[0-9]{10}(?!\d)")
SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋"
    "蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷"
    "侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤冉"
)
ADDRESS = "先生|女士|老人|婆婆|爷爷|奶奶|大爷|大娘|大妈|同志"
NAMED = re.compile(f"([{SURNAMES}])[一-龥]{{0,2}}?(?={ADDRESS})")


def mask_personal(text: str) -> str:
    """Resident and account numbers away, phones masked, “王秀英女士” → “王某女士”."""
    text = RESIDENT_NUMBER.sub("［身份证号已隐去］", text)
    text = CARD_NUMBER.sub("［账号已隐去］", text)
    text = PHONE.sub(lambda found: mask_phone(found.group()), text)
    return NAMED.sub(lambda found: f"{found.group(1)}某", text)
