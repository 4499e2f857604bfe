"""Payments, read-only; accounts masked."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.access import may
from accounts.roles import Permission
from procurement.api.frame import NEWEST, Newest
from procurement.filters import PaymentFilter
from procurement.models import Payment, PaymentLine
from records.identity import mask_card


class PaymentLineSerializer(serializers.ModelSerializer):
    source = serializers.CharField(source="line.source", read_only=True)
    fiscal_year = serializers.IntegerField(source="line.budget.fiscal_year", read_only=True)

    class Meta:
        model = PaymentLine
        fields = ("line", "source", "fiscal_year", "amount")
        read_only_fields = fields


class PaymentSerializer(serializers.ModelSerializer):
    lines = serializers.SerializerMethodField(help_text="出自哪些资金来源；只有可以查看预算的岗位看得到")
    payee_account = serializers.SerializerMethodField(help_text="只显示后四位")

    class Meta:
        model = Payment
        fields = (
            "id", "contract", "kind", "acceptance", "status", "version", "amount", "offset", "payee_name", "payee_bank", "payee_account",
            "due_on", "paid_on", "voucher", "late_days", "interest", "created_at", "confirmed_at", "lines",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PaymentLineSerializer(many=True))
    def get_lines(self, payment) -> list:
        shown = may(self.context["request"].user, Permission.BUDGET_VIEW, payment.contract.project.organisation)
        return PaymentLineSerializer(payment.lines.all(), many=True).data if shown else []

    def get_payee_account(self, payment) -> str:
        return mask_card(payment.payee_account)


class PaymentViewSet(Newest):
    """Payments, read-only: asking and confirming are two people's work on the pages."""

    queryset = Payment.objects.select_related("contract__project__organisation").prefetch_related("lines__line__budget").order_by(*NEWEST)
    serializer_class = PaymentSerializer
    filterset_class = PaymentFilter
    permission = Permission.CONTRACT_VIEW


ENDPOINTS = (("payments", PaymentViewSet, "payment"),)
