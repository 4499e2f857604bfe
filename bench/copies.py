"""Copies of rows in bulk: what hangs from one purchase made through the services, repeated by ``INSERT … SELECT``.

Copy ``n`` of the row with id ``i`` has the id ``i + n * STRIDE``; what refers to a copied row moves with it, what refers to a row named in
``instead`` goes to copy ``n``'s own, everything else is shared. Texts and numbers that must be unique get ``n`` added, and every time goes
back by ``n`` steps, so that no two copies are of one moment. Every constraint and every trigger of the tables stays in force: a copy that
is not sound is refused by the database.
"""

from dataclasses import dataclass, field

from django.db import connection, models

STRIDE = 100_000
STEP = "interval '10 minutes'"
NUMBERS = 1_000  # apart, for counted numbers that must be unique within something shared


@dataclass
class Herd:
    """``rows``: model → ids to copy. ``instead``: (model, id) → the ids that stand in its place, taken in turn."""

    rows: dict[type[models.Model], set[int]]
    instead: dict[tuple[type[models.Model], int], list[int]] = field(default_factory=dict)

    def copy(self, first: int, last: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for model, ids in self.rows.items():
                assert max(ids) - min(ids) < STRIDE, f"{model.__name__}: ids too far apart to copy"
                cursor.execute(*self.statement(model, sorted(ids), first, last))

    def statement(self, model, ids: list[int], first: int, last: int) -> tuple[str, list]:
        columns = [column for column in model._meta.concrete_fields if not column.generated]
        distinct = self.distinct_fields(model)
        values = [self.value(column, column in distinct) for column in columns]
        names = ", ".join(f'"{column.column}"' for column in columns)
        pk = model._meta.pk.column
        return (
            f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(values)} FROM "{model._meta.db_table}" x'
            f" CROSS JOIN generate_series(%s::int, %s::int) AS n WHERE x.{pk} = ANY(%s) ORDER BY n, x.{pk}",
            [first, last, ids],
        )

    def value(self, column, distinct: bool) -> str:
        name = f'x."{column.column}"'
        if column.primary_key and not column.is_relation:
            return f"{name} + n * {STRIDE}"
        if column.is_relation:
            return self.reference(column, name)
        if isinstance(column, models.DateTimeField):
            return f"{name} - n * {STEP}"
        if not distinct:
            return name
        if isinstance(column, models.CharField):
            return f"left({name}, {column.max_length - 5}) || lpad(to_hex(n), 5, '0')"
        return f"{name} + n * {STRIDE if isinstance(column, models.BigIntegerField) else NUMBERS}"

    def reference(self, column, name: str) -> str:
        target = column.related_model
        if target in self.rows:
            ids = ",".join(map(str, sorted(self.rows[target])))
            return f"CASE WHEN {name} IN ({ids}) THEN {name} + n * {STRIDE} ELSE {name} END"
        cases = [
            f"WHEN {old} THEN (ARRAY[{','.join(map(str, others))}])[1 + n %% {len(others)}]"
            for (model, old), others in self.instead.items()
            if model is target
        ]
        return f"CASE {name} {' '.join(cases)} ELSE {name} END" if cases else name

    def distinct_fields(self, model) -> set:
        """Fields that must differ from copy to copy: in a unique set in which no reference moves."""
        sets = [[column] for column in model._meta.concrete_fields if column.unique and not column.primary_key]
        named = [constraint.fields for constraint in model._meta.constraints if isinstance(constraint, models.UniqueConstraint)]
        sets += [[model._meta.get_field(name) for name in names] for names in named]
        found = set()
        for columns in sets:
            if not any(column.is_relation and column.related_model in self.rows for column in columns):
                found |= {column for column in columns if self.can_differ(column)}
        return found

    @staticmethod
    def can_differ(column) -> bool:
        kinds = (models.CharField, models.PositiveIntegerField, models.BigIntegerField)
        return isinstance(column, kinds) and not column.is_relation and not column.choices


def reachable(root: models.Model, *, apps: tuple[str, ...], own: tuple[type[models.Model], ...]) -> dict[type[models.Model], set[int]]:
    """``root`` and every row of ``apps`` that hangs from it, and the rows of the models ``own`` that these refer to."""
    found: dict[type[models.Model], set[int]] = {}
    waiting = [(type(root), {root.pk})]
    while waiting:
        model, ids = waiting.pop(0)
        fresh = ids - found.get(model, set())
        if not fresh:
            continue
        found.setdefault(model, set()).update(fresh)
        for relation in model._meta.get_fields(include_hidden=True):
            if relation.auto_created and (relation.one_to_many or relation.one_to_one) and relation.related_model._meta.app_label in apps:
                rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": fresh})
                waiting.append((relation.related_model, set(rows.values_list("pk", flat=True))))
            elif relation.is_relation and relation.concrete and not relation.many_to_many and relation.related_model in own:
                rows = model._base_manager.filter(pk__in=fresh).exclude(**{relation.name: None})
                waiting.append((relation.related_model, set(rows.values_list(relation.name, flat=True))))
    return found
