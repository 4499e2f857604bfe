"""Periodic reports: figures saved and filed by the contractor, accepted or sent back by the supervisor."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.roles import Permission
from procurement.api.frame import VersionSerializer
from procurement.filters import ReportFilter
from procurement.models import PeriodicReport, ReportRound
from procurement.rules import report as report_rules
from procurement.services import report as report_services
from records.api import WriteViewSet


class RoundSerializer(serializers.ModelSerializer):
    class Meta:
        model = ReportRound
        fields = ("number", "figures", "submitted_at", "outcome", "comments", "decided_at")
        read_only_fields = fields


class FiguresField(serializers.JSONField):
    """Figures by key in their types; blank or absent is null and never 0."""

    def to_internal_value(self, data):
        if not isinstance(data, dict):
            raise serializers.ValidationError("应为对象：字段 → 值。")
        kind = getattr(getattr(self.parent, "instance", None), "kind", report_rules.MONTHLY)
        known = {field.key for field in report_rules.SHEETS[kind].fields}
        unknown = sorted(map(str, set(data) - known))
        if unknown:
            raise serializers.ValidationError(f"没有这些字段：{'、'.join(unknown)}。")
        figures, faults = report_services.read_figures(data, kind)
        if faults:
            raise serializers.ValidationError(faults)
        return figures


class ReportSerializer(serializers.ModelSerializer):
    rounds = RoundSerializer(many=True, read_only=True)
    figures = FiguresField()
    version = serializers.IntegerField(min_value=0, max_value=2_147_483_647)

    class Meta:
        model = PeriodicReport
        read_only_fields = ("contract", "kind", "period_start", "period_end", "due_on", "status", "submitted_at", "accepted_at")
        fields = ("id", "version", "figures", "rounds", *read_only_fields)

    def update(self, report, data):
        by = self.context["request"].user
        missing = [name for name in ("version", "figures") if name not in data]
        if missing:
            raise serializers.ValidationError(dict.fromkeys(missing, "此项必填。"))
        return report_services.save_figures(report.pk, version=data["version"], figures=data["figures"], by=by)


class ReturnSerializer(VersionSerializer):
    comments = serializers.DictField(child=serializers.CharField(max_length=1000), help_text="章节 → 退回原因")


class ReportViewSet(WriteViewSet):
    """Periodic reports: the contractor saves figures and files them, the supervisor accepts or sends back with comments by section."""

    queryset = PeriodicReport.objects.prefetch_related("rounds").order_by("-period_start", "-pk")
    serializer_class = ReportSerializer
    filterset_class = ReportFilter
    keyset_ordering = ("-period_start", "-pk")
    permission = Permission.REPORT_VIEW
    permissions = {
        "partial_update": Permission.REPORT_FILE,
        "submit": Permission.REPORT_FILE,
        "accept": Permission.REPORT_REVIEW,
        "send_back": Permission.REPORT_REVIEW,
    }
    http_method_names = ("get", "head", "options", "patch", "post")

    @extend_schema(exclude=True)
    def create(self, request, *args, **kwargs):
        """Reports come from the contract's schedule only."""
        return self.http_method_not_allowed(request, *args, **kwargs)

    @extend_schema(request=VersionSerializer, responses=ReportSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request, pk=None):
        asked = self.asked(VersionSerializer, request)
        report = self.get_object()
        report_services.submit_report(report.pk, version=asked["version"], by=request.user, reason=asked["note"])
        return self.shown(report.pk)

    @extend_schema(request=VersionSerializer, responses=ReportSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, pk=None):
        asked = self.asked(VersionSerializer, request)
        report = self.get_object()
        report_services.accept_report(report.pk, version=asked["version"], by=request.user, note=asked["note"])
        return self.shown(report.pk)

    @extend_schema(request=ReturnSerializer, responses=ReportSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request, pk=None):
        asked = self.asked(ReturnSerializer, request)
        report = self.get_object()
        report_services.return_report(report.pk, version=asked["version"], by=request.user, comments=asked["comments"])
        return self.shown(report.pk)

    def asked(self, serializer_class, request) -> dict:
        serializer = serializer_class(data=request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def shown(self, pk) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data)


ENDPOINTS = (("reports", ReportViewSet, "report"),)
