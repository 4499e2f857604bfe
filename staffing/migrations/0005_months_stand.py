"""Frozen months stand: the database refuses to change or remove them."""

from django.db import migrations

WORDS = "定格的月度数据不能修改或删除"
TABLE = "staffing_staffingmonth"


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        refuse = f"BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'check_violation'; END"
        schema_editor.execute(f"CREATE FUNCTION {TABLE}_stands() RETURNS trigger LANGUAGE plpgsql AS $$ {refuse} $$", params=None)
        head = f"CREATE TRIGGER {TABLE}_stands BEFORE UPDATE OR DELETE ON {TABLE}"
        schema_editor.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {TABLE}_stands()", params=None)
        return
    for verb in ("UPDATE", "DELETE"):
        head = f"CREATE TRIGGER {TABLE}_{verb.lower()} BEFORE {verb} ON {TABLE}"
        schema_editor.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END", params=None)


def remove(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for name in [f"{TABLE}_stands ON {TABLE}"] if postgresql else [f"{TABLE}_update", f"{TABLE}_delete"]:
        schema_editor.execute(f"DROP TRIGGER {name}", params=None)
    if postgresql:
        schema_editor.execute(f"DROP FUNCTION {TABLE}_stands()", params=None)


class Migration(migrations.Migration):
    dependencies = [("staffing", "0004_staffing_months")]
    operations = [migrations.RunPython(install, remove)]
