from django.core.exceptions import ValidationError

WORDS = ("yimen", "minzheng", "shehuijiuzhu", "chongqing", "password", "qwerty", "admin")


class ContextBlocklist:
    """A password that is mostly the account's own name, or a word of this service, is guessed first."""

    def validate(self, password, user=None):
        own = (getattr(user, "username", ""), getattr(user, "name", ""))
        for word in (*own, *WORDS):
            rest = password.lower().replace(word.lower(), "") if len(word) >= 3 else password
            if len(rest) * 2 <= len(password):
                raise ValidationError(f"密码大半由“{word}”构成，容易被猜中。请换一句与账号、单位无关的话。")

    def get_help_text(self):
        return "密码不能主要由用户名、姓名或本系统名称构成。"
