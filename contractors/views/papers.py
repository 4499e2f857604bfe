"""What a contractor puts in about itself, and what the bureau enters about it."""

from accounts.access import guarded
from accounts.models import User
from accounts.roles import Role
from contractors import forms, rules, services
from contractors.views.frame import P, any_contractor, bound, own_contractor, sheet


@guarded(P.CONTRACTOR_EDIT)
def proof_new(request, pk):
    contractor = own_contractor(request, pk)
    form = bound(forms.ProofForm, request, initial={"condition": request.GET.get("condition", "")})

    def save(data):
        return services.submit_proof(contractor, by=request.user, **data)

    return sheet(request, contractor, form, save, title="提交条件证明", submit="提交", text="证明已提交，待核实。", clause=rules.CONDITIONS)


@guarded(P.CONTRACTOR_EDIT)
def qualification_new(request, pk):
    contractor = own_contractor(request, pk)

    def save(data):
        return services.submit_qualification(contractor, by=request.user, **data)

    form = bound(forms.QualificationForm, request)
    return sheet(request, contractor, form, save, title="登记资质", submit="提交", text="资质已提交，待核实。")


@guarded(P.CONTRACTOR_VERIFY)
def credit_check_new(request, pk):
    contractor = any_contractor(request, pk)

    def save(data):
        return services.record_credit_check(contractor, by=request.user, **data)

    form = bound(forms.CreditCheckForm, request)
    return sheet(request, contractor, form, save, title="登记信用查询", submit="登记", text="信用查询已登记。", clause=rules.CREDIT)


@guarded(P.CONTRACTOR_VERIFY)
def violation_new(request, pk):
    contractor = any_contractor(request, pk)

    def save(data):
        return services.record_violation(contractor, by=request.user, **data)

    form = bound(forms.ViolationForm, request)
    return sheet(request, contractor, form, save, title="登记违法记录", submit="登记", text="违法记录已登记。", clause=rules.SERIOUS)


@guarded(P.CONTRACTOR_VERIFY)
def controller_new(request, pk):
    """P-10: who directly holds or manages this contractor; read when its rivals' bids are reviewed."""
    contractor = any_contractor(request, pk)

    def save(data):
        return services.record_controller(contractor, by=request.user, **data)

    form = bound(forms.ControllerForm, request)
    return sheet(
        request, contractor, form, save, title="登记控股管理关系", submit="登记", text="控股管理关系已登记。", clause=rules.SAME_HEAD
    )


@guarded(P.CONTRACTOR_VERIFY)
def tie_new(request, pk):
    contractor = any_contractor(request, pk)
    people = User.objects.visible_to(request.user) | User.objects.filter(memberships__role=Role.EXPERT)

    def save(data):
        return services.record_tie(data.pop("user"), contractor, by=request.user, **data)

    form = bound(forms.TieForm, request, people=people.distinct())
    return sheet(request, contractor, form, save, title="登记回避关系", submit="登记", text="回避关系已登记。")
