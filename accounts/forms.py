from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm

from accounts.models import Organisation, User
from accounts.roles import Role
from accounts.turns import turn_of


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "用户名或密码不正确。连续 10 次错误将暂停登录 15 分钟；忘记密码请联系本单位系统管理员重置。",
        "inactive": "用户名或密码不正确。连续 10 次错误将暂停登录 15 分钟；忘记密码请联系本单位系统管理员重置。",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "用户名"
        self.fields["password"].label = "密码"
        self.fields["username"].widget.attrs.update(autocomplete="username", autofocus=True)

    def clean(self):
        """The tries at one account are judged one after the other: else as many as come at once are all judged before one is counted."""
        with turn_of("sign-in", self.cleaned_data.get("username", "")):
            return super().clean()


class CodeForm(forms.Form):
    code = forms.RegexField(
        r"^\s*\d{6}\s*$",
        label="动态口令",
        help_text="手机验证器上显示的 6 位数字",
        error_messages={"invalid": "动态口令是 6 位数字。"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True, "maxlength": 8}),
    )

    def clean_code(self):
        return self.cleaned_data["code"].strip()


class NewPasswordForm(forms.Form):
    old_password = forms.CharField(label="当前密码", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), strip=False)
    new_password = forms.CharField(
        label="新密码",
        help_text="至少 12 个字符；可以是一句话。不能是常见密码，不能与用户名相近。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    again = forms.CharField(label="再输入一次", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old_password(self):
        if not self.user.check_password(self.cleaned_data["old_password"]):
            raise forms.ValidationError("当前密码不正确。")
        return self.cleaned_data["old_password"]

    def clean(self):
        data = super().clean()
        new, again = data.get("new_password"), data.get("again")
        if new and again and new != again:
            self.add_error("again", "两次输入的新密码不一致。")
        elif new:
            try:
                password_validation.validate_password(new, self.user)
            except forms.ValidationError as error:
                self.add_error("new_password", error)
        return data


class UserForm(forms.Form):
    username = forms.RegexField(
        r"^[A-Za-z0-9_.-]{3,60}$", label="用户名", error_messages={"invalid": "用户名用 3–60 个字母、数字、点、横线或下划线。"}
    )
    name = forms.CharField(label="姓名", max_length=60)
    phone = forms.CharField(label="办公电话", max_length=30, required=False)
    email = forms.EmailField(label="电子邮箱", required=False)
    password = forms.CharField(
        label="初始密码",
        required=False,
        widget=forms.PasswordInput(render_value=True),
        help_text="本人首次登录时必须修改。仅供程序使用的账号不填。",
        strip=False,
    )
    program = forms.BooleanField(label="仅供程序使用", required=False, help_text="不能登录，只能凭安全管理员签发的系统对接令牌使用接口")

    def clean_username(self):
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(f"用户名“{username}”已被使用，请换一个。")
        return username

    def clean_password(self):
        if self.cleaned_data["password"]:
            password_validation.validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]

    def clean(self):
        data = super().clean()
        if not data.get("program") and data.get("password") == "":
            self.add_error("password", "请填写初始密码；不供人登录的账号请勾选“仅供程序使用”。")
        return data


class UserEditForm(forms.Form):
    name = forms.CharField(label="姓名", max_length=60)
    phone = forms.CharField(label="办公电话", max_length=30, required=False)
    email = forms.EmailField(label="电子邮箱", required=False)


class OrganisationForm(forms.Form):
    """Third parties and expert pools hang from the city, departments from a district bureau."""

    KINDS = (Organisation.Kind.THIRD_PARTY, Organisation.Kind.POOL, Organisation.Kind.DEPARTMENT)

    kind = forms.ChoiceField(label="类别", choices=[(kind.value, kind.label) for kind in KINDS])
    parent = forms.ModelChoiceField(
        Organisation.objects.none(), label="上级", empty_label="请选择", help_text="第三方机构、专家库选市局，部门选区县局"
    )
    name = forms.CharField(label="名称", max_length=120)
    code = forms.RegexField(
        r"^[0-9A-Z-]{2,32}$",
        label="代码",
        help_text="第三方机构填统一社会信用代码；其他填大写字母、数字、横线",
        error_messages={"invalid": "代码用 2–32 个大写字母、数字或横线。"},
    )
    function = forms.ChoiceField(label="部门职能", choices=[("", "—"), *Organisation.Function.choices], required=False)

    def __init__(self, *args, parents, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = parents


class EndForm(forms.Form):
    on = forms.DateField(label="撤销日期", widget=forms.DateInput(attrs={"type": "date"}), help_text="自此日起不再存在；原有记录保留")
    reason = forms.CharField(label="理由", max_length=200)


class PlacedOrganisationField(forms.ModelChoiceField):
    """Many a street and village shares its name with others: what it belongs to stands beside it."""

    def label_from_instance(self, organisation) -> str:
        return f"{organisation.name}（{organisation.parent.label}）" if organisation.parent else organisation.name


class AppointForm(forms.Form):
    organisation = PlacedOrganisationField(Organisation.objects.none(), label="单位")
    role = forms.ChoiceField(choices=Role.choices, label="岗位")
    started_on = forms.DateField(label="任职日期", widget=forms.DateInput(attrs={"type": "date"}))
    ended_on = forms.DateField(label="离任日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations.select_related("parent")


class DeputyForm(forms.Form):
    user = forms.ModelChoiceField(User.objects.none(), label="代行人")
    until = forms.DateField(label="代行截止日期", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, users, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = users


class ReasonForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class SystemTokenForm(forms.Form):
    username = forms.CharField(label="对接账号的用户名", max_length=150, help_text="令牌的权限就是该账号当日岗位的权限")
    purpose = forms.CharField(label="用途", max_length=120, help_text="写明对接的系统、单位和事项")
    expires_on = forms.DateField(label="有效期至", widget=forms.DateInput(attrs={"type": "date"}), help_text="不超过一年")
    writes = forms.BooleanField(label="允许写入", required=False, help_text="不勾选则只能读取")


class TokenForm(forms.Form):
    purpose = forms.CharField(label="用途", max_length=120, help_text="写明由什么程序、为什么事使用")
    expires_on = forms.DateField(label="有效期至", widget=forms.DateInput(attrs={"type": "date"}), help_text="不超过一年")
    writes = forms.BooleanField(label="允许写入", required=False, help_text="不勾选则只能读取")
