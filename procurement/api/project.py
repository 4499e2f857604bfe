"""Projects: drafts written and handed on through the services, everything else read."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.access import fetch
from accounts.models import Organisation
from accounts.roles import Permission
from procurement.api.frame import NEWEST, VersionSerializer
from procurement.filters import ProjectFilter
from procurement.models import CatalogueItem, Project
from procurement.rules.catalogue import PROGRAMMES
from procurement.services import project as project_services
from records.api import WriteViewSet


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

    queryset = Project.objects.prefetch_related("items").order_by(*NEWEST)
    serializer_class = ProjectSerializer
    filterset_class = ProjectFilter
    keyset_ordering = NEWEST
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


ENDPOINTS = (("projects", ProjectViewSet, "project"),)
