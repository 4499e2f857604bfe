"""The year's money, read-only: budgets with their lines, planned purchases."""

from rest_framework import serializers

from accounts.roles import Permission
from procurement.api.frame import NEWEST, Newest
from procurement.filters import BudgetFilter, PlanRowFilter
from procurement.models import Budget, FundingLine, PlanRow


class FundingLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = FundingLine
        fields = ("id", "source", "amount", "basis_document")
        read_only_fields = fields


class BudgetSerializer(serializers.ModelSerializer):
    lines = FundingLineSerializer(many=True, read_only=True)

    class Meta:
        model = Budget
        fields = ("id", "organisation", "fiscal_year", "name", "amount", "document", "approved_on", "lines", "created_at")
        read_only_fields = fields


class BudgetViewSet(Newest):
    """Approved budgets with their funding lines by source."""

    queryset = Budget.objects.prefetch_related("lines").order_by(*NEWEST)
    serializer_class = BudgetSerializer
    filterset_class = BudgetFilter
    permission = Permission.BUDGET_VIEW


class PlanRowSerializer(serializers.ModelSerializer):
    item = serializers.CharField(source="item.code", read_only=True)
    project_code = serializers.CharField(source="project.code", read_only=True, default=None)

    class Meta:
        model = PlanRow
        fields = ("id", "organisation", "fiscal_year", "name", "item", "amount", "line", "month", "project", "project_code", "created_at")
        read_only_fields = fields


class PlanRowViewSet(Newest):
    """The year's planned purchases, and the project each became."""

    queryset = PlanRow.objects.standing().select_related("item", "project").order_by(*NEWEST)
    serializer_class = PlanRowSerializer
    filterset_class = PlanRowFilter
    permission = Permission.BUDGET_VIEW


ENDPOINTS = (("budgets", BudgetViewSet, "budget"), ("plan-rows", PlanRowViewSet, "plan-row"))
