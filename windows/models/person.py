from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records.crypto import EncryptedTextField


class Household(models.Model):
    """People who live together. Address encrypted: it says where a poor family lives."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="区县")
    village = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="村（社区）")
    address = EncryptedTextField("住址", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "家庭"

    def __str__(self):
        return f"家庭 {self.pk}"


class PersonQuerySet(ScopedQuerySet):
    """The district sees its people; a township those who came to it."""

    view_permission = Permission.PERSON_VIEW
    scope_lookups = ("organisation__path", "cases__organisation__path")


class Person(models.Model):
    """One person of one district. ID number and phone encrypted; found again by a blind index of the normal form."""

    class Sex(models.TextChoices):
        MALE = "M", "男"
        FEMALE = "F", "女"

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="区县")
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="members", verbose_name="家庭")
    name = models.CharField("姓名", max_length=60)
    pinyin = models.CharField("拼音", max_length=200, blank=True, editable=False)
    initials = models.CharField("拼音首字母", max_length=30, blank=True, editable=False)
    id_number = EncryptedTextField("身份证号", blank=True)
    id_index = models.CharField("身份证号索引", max_length=64, null=True, blank=True, editable=False)
    no_id_reason = models.CharField("无证件说明", max_length=80, blank=True)
    birth_on = models.DateField("出生日期", null=True, blank=True)
    sex = models.CharField("性别", max_length=1, choices=Sex.choices, blank=True)
    phone = EncryptedTextField("联系电话", blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "求助人"
        ordering = ["pinyin", "pk"]
        indexes = [
            models.Index(fields=["name"], name="person_name", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["initials"], name="person_initials", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "id_index"], name="person_once_per_district", violation_error_message="该身份证号已登记。"
            ),
            models.CheckConstraint(
                condition=Q(id_index__isnull=False) | ~Q(no_id_reason=""),
                name="person_id_or_reason",
                violation_error_message="没有身份证号的，须登记情况说明。",
            ),
        ]

    def __str__(self):
        return self.name
