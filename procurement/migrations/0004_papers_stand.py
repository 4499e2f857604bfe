"""What was announced and released stands: the database refuses to change or delete it."""

from django.db import migrations

COLUMNS = ("project_id", "kind", "notice_id", "until", "issued_at", "detail")
RELEASE = ("project_id", "paper_id", "position", "tag", "released_at", "body")
TABLES = {"procurement_projectpaper": COLUMNS, "procurement_release": RELEASE}
MESSAGE = "公告发布后不能修改或删除，日期由系统记录"


def on_postgres(table: str, columns) -> list[str]:
    ours, theirs = (", ".join(f"{side}.{column}" for column in columns) for side in ("NEW", "OLD"))
    function = f"""CREATE FUNCTION {table}_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR ({ours}) IS DISTINCT FROM ({theirs}) THEN
    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;"""
    return [function, f"CREATE TRIGGER {table}_stands BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_stands();"]


def on_sqlite(table: str, columns) -> list[str]:
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)
    return [
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
        f"CREATE TRIGGER {table}_stands BEFORE UPDATE ON {table} WHEN {changed} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    ]


def install(apps, schema_editor):
    statements = on_postgres if schema_editor.connection.vendor == "postgresql" else on_sqlite
    for table, columns in TABLES.items():
        for statement in statements(table, columns):
            schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        if postgres:
            schema_editor.execute(f"DROP TRIGGER {table}_stands ON {table}; DROP FUNCTION {table}_stands();", params=None)
            continue
        for name in ("no_delete", "stands"):
            schema_editor.execute(f"DROP TRIGGER {table}_{name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("procurement", "0003_money_guards")]
    operations = [migrations.RunPython(install, remove)]
