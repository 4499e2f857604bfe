"""What was said before help was stopped is sealed and stands. A record that stands can still be sealed anew when the key is changed."""

from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from records import crypto

HEARING = "听取意见的记录只能追加，不能修改或删除"
VISIT = "入户调查记录只能追加，更正须另立一版"
MINUTES = "纪要签发后不能修改或删除，更正须撤回后另签一版"
SIGNED = "EXISTS (SELECT 1 FROM windows_meeting WHERE id = OLD.meeting_id AND status = 'SIGNED')"
SEALED = {  # model: (sealed columns, words, when it stands)
    "StandingHearing": (("ground", "statement", "note"), HEARING, ""),
    "HomeVisit": (("met", "family", "housing", "work", "living", "finding"), VISIT, ""),
    "AgendaItem": (("discussion",), MINUTES, SIGNED),
}
FIELDS = ("ground", "note")


def seal(apps, schema_editor):
    _rewrite(apps, crypto.encrypt)


def unseal(apps, schema_editor):
    _rewrite(apps, crypto.decrypt)


def _rewrite(apps, change):
    model = apps.get_model("windows", "StandingHearing")
    for pk, *texts in model.objects.values_list("pk", *FIELDS).iterator():
        model.objects.filter(pk=pk).update(**{name: change(text) for name, text in zip(FIELDS, texts, strict=True)})


def install(apps, schema_editor):
    """A row that stands takes no change but one: the same text under another key, which only ``rotate_field_key`` writes."""
    _clear(schema_editor)
    for name, (columns, words, when) in SEALED.items():
        model = apps.get_model("windows", name)
        (_postgres if schema_editor.connection.vendor == "postgresql" else _sqlite)(schema_editor, model, columns, words, when or "TRUE")


def _clear(schema_editor):
    """The guards that these take the place of."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER windows_homevisit_stands ON windows_homevisit", params=None)
        schema_editor.execute("DROP TRIGGER windows_agendaitem_stands ON windows_agendaitem", params=None)
        return
    for table in ("windows_homevisit", "windows_agendaitem"):
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_{verb}", params=None)


def _postgres(schema_editor, model, columns, words, when):
    table = model._meta.db_table
    rest = "'{" + ",".join(columns) + "}'::text[]"
    under = [
        f"(NEW.{name} = OLD.{name} OR (NEW.{name} LIKE '_%:_%' AND split_part(NEW.{name}, ':', 1) <> split_part(OLD.{name}, ':', 1)"
        f" AND length(split_part(NEW.{name}, ':', 2)) = length(split_part(OLD.{name}, ':', 2))))"
        for name in columns
    ]
    same = " AND ".join([f"(to_jsonb(NEW) - {rest}) = (to_jsonb(OLD) - {rest})", *under])
    refuse = f"RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation';"
    body = f"""BEGIN
      IF TG_OP = 'UPDATE' THEN
        IF {when} AND NOT ({same}) THEN {refuse} END IF;
        RETURN NEW;
      END IF;
      IF {when} THEN {refuse} END IF;
      RETURN OLD;
    END"""
    schema_editor.execute(f"CREATE OR REPLACE FUNCTION {table}_stands() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$", params=None)
    head = f"CREATE TRIGGER {table}_stands BEFORE UPDATE OR DELETE ON {table}"
    schema_editor.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {table}_stands()", params=None)


def _sqlite(schema_editor, model, columns, words, when):
    table = model._meta.db_table
    others = [f'NEW."{field.column}" IS OLD."{field.column}"' for field in model._meta.concrete_fields if field.column not in columns]
    under = [
        f"(NEW.{name} = OLD.{name} OR (instr(NEW.{name}, ':') > 1"
        f" AND substr(NEW.{name}, 1, instr(NEW.{name}, ':')) <> substr(OLD.{name}, 1, instr(OLD.{name}, ':'))"
        f" AND length(NEW.{name}) - instr(NEW.{name}, ':') = length(OLD.{name}) - instr(OLD.{name}, ':')))"
        for name in columns
    ]
    same = " AND ".join([*others, *under])
    for verb, condition in (("UPDATE", f"{when} AND NOT ({same})"), ("DELETE", when)):
        head = f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} WHEN {condition}"
        schema_editor.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{words}'); END", params=None)


def remove(apps, schema_editor):
    """Back to the guards of 0004 and 0011."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    for name in SEALED:
        table = apps.get_model("windows", name)._meta.db_table
        names = [f"{table}_stands ON {table}"] if postgresql else [f"{table}_update", f"{table}_delete"]
        for trigger in names:
            schema_editor.execute(f"DROP TRIGGER {trigger}", params=None)
        if postgresql:
            schema_editor.execute(f"DROP FUNCTION {table}_stands()", params=None)
    _former(schema_editor, "windows_homevisit", VISIT, "", "windows_visit_stands")
    _former(schema_editor, "windows_agendaitem", MINUTES, SIGNED, "windows_agendaitem_stands")


def _former(schema_editor, table, words, when, function):
    if schema_editor.connection.vendor == "postgresql":
        refuse = f"RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation';"
        if when:
            body = f"BEGIN IF {when} THEN {refuse} END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"
            schema_editor.execute(f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$", params=None)
        head = f"CREATE TRIGGER {table}_stands BEFORE UPDATE OR DELETE ON {table}"
        schema_editor.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {function}()", params=None)
        return
    for verb in ("UPDATE", "DELETE"):
        head = f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} {f'WHEN {when}' if when else ''}"
        schema_editor.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{words}'); END", params=None)


class Migration(migrations.Migration):
    dependencies = [("windows", "0011_minutes_stand")]
    operations = [
        migrations.RemoveConstraint("standinghearing", "standing_hearing_says_how_tried"),
        migrations.AlterField("standinghearing", "ground", models.TextField(verbose_name="拟停止的事实和理由")),
        migrations.AlterField("standinghearing", "note", models.TextField(blank=True, verbose_name="联系经过")),
        migrations.RunPython(seal, unseal),
        migrations.AlterField("standinghearing", "ground", crypto.EncryptedTextField(verbose_name="拟停止的事实和理由")),
        migrations.AlterField("standinghearing", "note", crypto.EncryptedTextField(blank=True, verbose_name="联系经过")),
        migrations.AddConstraint(
            "standinghearing",
            models.CheckConstraint(
                condition=models.Q(~models.Q(outcome="UNREACHED"), GreaterThan(Length("note"), 0), _connector="OR"),
                name="standing_hearing_says_how_tried",
                violation_error_message="无法联系的须写明联系经过。",
            ),
        ),
        migrations.RunPython(install, remove),
    ]
