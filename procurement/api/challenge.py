"""质疑 and 投诉 with their due days, read only."""

from rest_framework import serializers

from accounts.roles import Permission
from procurement.filters import ChallengeFilter
from procurement.models import Challenge, Complaint
from records.api import ReadViewSet


class ChallengeSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="contractor.organisation.name")
    project_code = serializers.CharField(source="tender.project.code")

    verdict = serializers.SerializerMethodField()
    consequence = serializers.SerializerMethodField()

    class Meta:
        model = Challenge
        fields = (
            "id", "number", "tender", "project_code", "contractor", "name", "step", "status", "known_on", "raise_by", "raised_at", "due_on",
            "suspends", "verdict", "consequence", "answered_at", "complain_by",
        )  # fmt: skip

    def get_verdict(self, challenge) -> str:
        return challenge.verdict if challenge.status == Challenge.Status.ANSWERED else ""

    def get_consequence(self, challenge) -> str:
        return challenge.consequence if challenge.status == Challenge.Status.ANSWERED else ""


class ChallengeViewSet(ReadViewSet):
    """质疑 with their due days; the letter itself is on the page only. An answer not yet reviewed shows no verdict."""

    queryset = Challenge.objects.select_related("contractor__organisation", "tender__project")
    serializer_class = ChallengeSerializer
    filterset_class = ChallengeFilter
    permission = Permission.CHALLENGE_VIEW


class ComplaintSerializer(serializers.ModelSerializer):
    class Meta:
        model = Complaint
        fields = (
            "id", "challenge", "status", "department", "document_no", "filed_on", "accepted_on", "decide_by", "suspended_from",
            "suspended_until", "decision_no", "decided_on", "verdict", "consequence",
        )  # fmt: skip


class ComplaintViewSet(ReadViewSet):
    """投诉 as the finance department told the purchaser."""

    queryset = Complaint.objects.all()
    serializer_class = ComplaintSerializer
    filterset_fields = ("challenge", "status")
    permission = Permission.CHALLENGE_VIEW


ENDPOINTS = (
    ("challenges", ChallengeViewSet, "challenge"),
    ("complaints", ComplaintViewSet, "complaint"),
)
