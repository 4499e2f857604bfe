"""Endpoints of the purchase: projects, contracts, periodic reports. Same scope, filters, permissions and services as the pages."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.access import fetch
from accounts.models import Organisation
from accounts.roles import Permission
from procurement.filters import ContractFilter, ProjectFilter, ReportFilter
from procurement.models import CatalogueItem, Contract, PeriodicReport, Project, ReportRound
from procurement.reports.project import PROGRAMMES
from procurement.rules import report as report_rules
from procurement.services import contract as contract_services
from procurement.services import project as project_services
from procurement.services import report as report_services
from records.api import ReadViewSet, WriteViewSet


class VersionSerializer(serializers.Serializer):
    """The version that was read; a later one answers 409."""

    version = serializers.IntegerField(min_value=0, max_value=2_147_483_647)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")


class ProjectSerializer(serializers.ModelSerializer):
    items = serializers.SlugRelatedField(slug_field="code", many=True, queryset=CatalogueItem.objects.all())
    programmes = serializers.MultipleChoiceField(choices=list(PROGRAMMES.items()), allow_empty=False)
    status = serializers.ChoiceField(choices=Project.Status, read_only=True)
    version = serializers.IntegerField(required=False, min_value=0, max_value=2_147_483_647)

    EDITABLE = (
        "name",
        "fiscal_year",
        "items",
        "programmes",
        "requirement",
        "quantity",
        "unit",
        "qualification",
        "starts_on",
        "ends_on",
        "method",
        "method_reason",
        "method_approval",
        "award_basis",
        "price_weight",
        "fixed_price",
        "plan_amount",
        "ceiling",
        "plan_number",
        "contact_name",
        "contact_phone",
        "contact_address",
    )

    class Meta:
        model = Project
        read_only_fields = ("code", "published_at", "submitted_at", "approved_at", "closing_reason", "created_at")
        fields = ("id", "organisation", "status", "version", *read_only_fields)

    Meta.fields = (*Meta.fields, *EDITABLE)

    def validate_organisation(self, organisation):
        return fetch(Organisation, self.context["request"].user, Permission.PROJECT_DRAFT, pk=organisation.pk)

    def validate_fiscal_year(self, year):
        if not 2018 <= year <= 2099:
            raise serializers.ValidationError("预算年度应在 2018 至 2099 之间。")
        return year

    def validate_programmes(self, programmes):
        return sorted(programmes)

    def create(self, data):
        first = {name: data.pop(name) for name in ("organisation", "name", "fiscal_year", "items", "programmes")}
        data.pop("version", None)
        by = self.context["request"].user
        project = project_services.create_project(**first, by=by)
        return project_services.edit_project(project.pk, version=project.version, by=by, **data) if data else project

    def update(self, project, data):
        if "version" not in data:
            raise serializers.ValidationError({"version": "请带上所读取的版本号。"})
        data.pop("organisation", None)
        by = self.context["request"].user
        return project_services.edit_project(project.pk, version=data.pop("version"), by=by, **data)


class ProjectViewSet(WriteViewSet):
    """Purchase projects. A draft is changed with its ``version``; submit and approve are verbs of their own, by different people."""

    queryset = Project.objects.prefetch_related("items").order_by("-created_at", "-pk")
    serializer_class = ProjectSerializer
    filterset_class = ProjectFilter
    keyset_ordering = ("-created_at", "-pk")
    permission = Permission.PROJECT_VIEW
    permissions = {
        "create": Permission.PROJECT_DRAFT,
        "partial_update": Permission.PROJECT_DRAFT,
        "submit": Permission.PROJECT_DRAFT,
        "approve": Permission.PROJECT_APPROVE,
    }

    @extend_schema(request=VersionSerializer, responses=ProjectSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request, pk=None):
        return self.verb(request, project_services.submit_project)

    @extend_schema(request=VersionSerializer, responses=ProjectSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request, pk=None):
        return self.verb(request, project_services.approve_project)

    def verb(self, request, service):
        project = self.get_object()
        asked = VersionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        service(project.pk, version=asked.validated_data["version"], by=request.user)
        return Response(self.get_serializer(self.get_queryset().get(pk=project.pk)).data)


class ContractSerializer(serializers.ModelSerializer):
    contractor = serializers.CharField(read_only=True, help_text="名称")

    class Meta:
        model = Contract
        fields = (
            "id",
            "number",
            "project",
            "contractor",
            "status",
            "version",
            "amount",
            "accepted_amount",
            "paid_amount",
            "starts_on",
            "ends_on",
            "scope",
            "quantity_terms",
            "quality_terms",
            "exit_triggers",
            "signed_at",
            "announced_at",
            "started_at",
        )
        read_only_fields = fields


class ContractViewSet(ReadViewSet):
    """Contracts, read-only: seen by the purchaser's side and by their own contractor."""

    queryset = Contract.objects.select_related("contractor__organisation").order_by("-created_at", "-pk")
    serializer_class = ContractSerializer
    filterset_class = ContractFilter
    keyset_ordering = ("-created_at", "-pk")
    permission = Permission.CONTRACT_VIEW
    permissions = {"start": Permission.CONTRACT_DRAFT}

    @extend_schema(request=VersionSerializer, responses=ContractSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request, pk=None):
        """Begin the service: refused until announced and covered by a takeover plan."""
        contract = self.get_object()
        asked = VersionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        contract_services.start_service(contract.pk, version=asked.validated_data["version"], by=request.user)
        return Response(self.get_serializer(self.get_queryset().get(pk=contract.pk)).data)


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
        unknown = sorted(map(str, set(data) - set(report_rules.BY_KEY)))
        if unknown:
            raise serializers.ValidationError(f"没有这些字段：{'、'.join(unknown)}。")
        figures, faults = report_services.read_figures(data)
        if faults:
            raise serializers.ValidationError(faults)
        return figures


class ReportSerializer(serializers.ModelSerializer):
    rounds = RoundSerializer(many=True, read_only=True)
    figures = FiguresField()
    version = serializers.IntegerField(min_value=0, max_value=2_147_483_647)

    class Meta:
        model = PeriodicReport
        read_only_fields = ("contract", "period_start", "period_end", "due_on", "status", "submitted_at", "accepted_at")
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


def register(router) -> None:
    router.register("projects", ProjectViewSet, basename="project")
    router.register("contracts", ContractViewSet, basename="contract")
    router.register("reports", ReportViewSet, basename="report")
