"""/api/v1/papers/ and /api/v1/timelines/: what was announced of the projects in reach, and every statutory date with its state."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.response import Response

from accounts.roles import Permission
from procurement.filters import PaperFilter
from procurement.models import Project, ProjectPaper
from procurement.reports.timeline import timeline_of
from records.api import ReadViewSet, Scoped


class PaperSerializer(serializers.ModelSerializer):
    project_code = serializers.CharField(source="project.code")
    number = serializers.CharField(source="notice.number", help_text="文号")
    title = serializers.CharField(source="notice.title")
    code = serializers.CharField(source="notice.code", help_text="验证码")
    withdrawn_at = serializers.DateTimeField(source="notice.withdrawn_at", allow_null=True)

    class Meta:
        model = ProjectPaper
        fields = ("id", "project", "project_code", "kind", "number", "title", "code", "issued_at", "until", "detail", "withdrawn_at")


class PaperViewSet(ReadViewSet):
    """Public papers of the projects in reach, newest first. ``detail`` holds their facts as data."""

    queryset = ProjectPaper.objects.select_related("project", "notice").order_by("-issued_at", "-pk")
    serializer_class = PaperSerializer
    filterset_class = PaperFilter
    keyset_ordering = ("-issued_at", "-pk")
    permission = Permission.PROJECT_VIEW


class MilestoneSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="规则编号")
    label = serializers.CharField()
    rule = serializers.CharField()
    clause = serializers.CharField()
    state = serializers.CharField(help_text="waiting running done late overdue unknown too_short outside")
    text = serializers.CharField()
    start = serializers.DateField(allow_null=True)
    on = serializers.DateField(allow_null=True)


class TimelineViewSet(Scoped, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """The timetable of one project."""

    queryset = Project.objects.select_related("tender", "contract")
    serializer_class = MilestoneSerializer
    pagination_class = None
    permission = Permission.PROJECT_VIEW

    @extend_schema(responses=MilestoneSerializer(many=True))
    def retrieve(self, request, *args, **kwargs):
        milestones = timeline_of(self.get_object())
        return Response(MilestoneSerializer(milestones, many=True).data)


ENDPOINTS = (
    ("papers", PaperViewSet, "paper"),
    ("timelines", TimelineViewSet, "timeline"),
)
