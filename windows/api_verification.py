"""/api/v1/verification-batches: a system that checks household means takes its district's batches and posts what it found."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.roles import Permission
from records.api import ReadViewSet
from windows.filters import VerificationBatchFilter
from windows.models import VerificationAnswer, VerificationBatch
from windows.rules import verification as rules
from windows.services import verification, verification_answers
from windows.services.verification_sheets import Line, normal

MOST = 1_000


class BatchSerializer(serializers.ModelSerializer):
    organisation = serializers.CharField(source="organisation.name")

    class Meta:
        model = VerificationBatch
        fields = ("id", "number", "organisation", "total", "answered", "sent_at", "file_hash")


class AskedSerializer(serializers.Serializer):
    case = serializers.CharField(source="case.number")
    name = serializers.CharField(source="person.name")
    id_number = serializers.CharField(source="person.id_number")
    relation = serializers.CharField()
    consent_on = serializers.DateField()
    answered = serializers.SerializerMethodField()

    def get_answered(self, row) -> bool:
        return bool(row.result)


class BatchPeopleSerializer(BatchSerializer):
    """With everybody who is asked about, ID numbers in clear: each reading is on record."""

    people = AskedSerializer(source="asked", many=True)

    class Meta(BatchSerializer.Meta):
        fields = (*BatchSerializer.Meta.fields, "people")


class AnswerSerializer(serializers.Serializer):
    id_number = serializers.CharField(max_length=30)
    result = serializers.ChoiceField(choices=[(one.value, one.value) for one in rules.Result])
    items = serializers.CharField(max_length=rules.ITEMS_LIMIT, required=False, allow_blank=True, default="")
    source = serializers.CharField(max_length=rules.SOURCE_LIMIT, required=False, allow_blank=True, default="")


class AnswersSerializer(serializers.Serializer):
    answers = AnswerSerializer(many=True, allow_empty=False, max_length=MOST)


class CountsSerializer(serializers.Serializer):
    add = serializers.IntegerField(help_text="首次反馈")
    same = serializers.IntegerField(help_text="与已收结果相同，不变")
    differs = serializers.IntegerField(help_text="与先到结果不同，并存并标注")


class VerificationBatchViewSet(ReadViewSet):
    """核对批次：列表不含人员；``people`` 取人员（每次取用记入审计）；``answers`` 写入结果，按批次和身份证号幂等。"""

    queryset = VerificationBatch.objects.defer("content").select_related("organisation")
    serializer_class = BatchSerializer
    filterset_class = VerificationBatchFilter
    permission = Permission.VERIFICATION_SEND

    @extend_schema(request=None, responses=BatchPeopleSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def people(self, request, pk=None):
        """Everybody who is asked about, ID numbers in clear. Posted, for each taking is on record; a read-only token gets none."""
        batch = self.get_object()
        batch.asked = verification.hand_over(batch, by=request.user)
        return Response(BatchPeopleSerializer(batch).data)

    @extend_schema(request=AnswersSerializer, responses=CountsSerializer)
    @action(detail=True, methods=["post"])
    def answers(self, request, pk=None):
        """All or none. The same answer again changes nothing; a different one is kept beside the first and flags it."""
        batch = self.get_object()
        asked = AnswersSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        lines = [
            Line(number, one["id_number"], normal(one["result"], one["items"], one["source"]), {})
            for number, one in enumerate(asked.validated_data["answers"], start=1)
        ]
        counts = verification_answers.take(batch.pk, lines, channel=VerificationAnswer.Channel.API, by=request.user)
        return Response(counts)
