"""Signed minutes stand: the database refuses to change what they say or to remove it, until they are opened again for a correction."""

from django.db import migrations

WORDS = "纪要签发后不能修改或删除，更正须撤回后另签一版"
SIGNED = "EXISTS (SELECT 1 FROM windows_meeting WHERE id = OLD.meeting_id AND status = 'SIGNED')"
TABLES = {"windows_agendaitem": SIGNED, "windows_meetingminutes": ""}  # when a row may not change; versions never


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table, when in TABLES.items():
            refuse = f"RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'check_violation';"
            body = f"IF {when} THEN {refuse} END IF;" if when else refuse
            body += " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
            schema_editor.execute(
                f"CREATE FUNCTION {table}_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$", params=None
            )
            head = f"CREATE TRIGGER {table}_stands BEFORE UPDATE OR DELETE ON {table}"
            schema_editor.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {table}_stands()", params=None)
        return
    for table, when in TABLES.items():
        for verb in ("UPDATE", "DELETE"):
            head = f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} {f'WHEN {when}' if when else ''}"
            schema_editor.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END", params=None)


def remove(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        names = [f"{table}_stands ON {table}"] if postgresql else [f"{table}_update", f"{table}_delete"]
        for name in names:
            schema_editor.execute(f"DROP TRIGGER {name}", params=None)
        if postgresql:
            schema_editor.execute(f"DROP FUNCTION {table}_stands()", params=None)


class Migration(migrations.Migration):
    dependencies = [("windows", "0010_charity")]
    operations = [migrations.RunPython(install, remove)]
