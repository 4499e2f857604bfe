"""What is never deleted: the ORM refuses it here, a trigger in the database refuses everything else (P-25)."""

from accounts.scoping import ScopedQuerySet
from procurement.rules import retention
from records.policy import Breach
from records.refusals import Refused


def refuse_deletion(what: str) -> None:
    message = f"{what}属于采购档案，自采购结束之日起至少保存 {retention.YEARS} 年，不能删除。保存期限见项目的“档案”页。"
    raise Refused([Breach("P-25", retention.RETENTION, message)])


class RetainedQuerySet(ScopedQuerySet):
    def delete(self):
        refuse_deletion(self.model._meta.verbose_name)

    delete.alters_data = True
    delete.queryset_only = True


class Retained:
    """Mixin of models whose rows are kept: put it before ``models.Model``."""

    def delete(self, *args, **kwargs):
        refuse_deletion(f"{self._meta.verbose_name}“{self}”")

    delete.alters_data = True
