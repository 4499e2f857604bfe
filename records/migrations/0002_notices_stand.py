"""An issued notice stands: the database refuses every change but attaching the file once and withdrawing once.

On PostgreSQL the periods of one policy value may not overlap either (btree_gist); elsewhere the service alone guards that.
"""

from django.db import migrations

COLUMNS = (
    "organisation_id",
    "kind",
    "title",
    "prefix",
    "year",
    "sequence",
    "number",
    "template",
    "context",
    "context_sha256",
    "code",
    "public",
    "issued_by_id",
    "issued_at",
)
MESSAGE = "文书签发后不能修改或删除，只能撤回"
POSTGRES = f"""
CREATE FUNCTION records_notice_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR ({", ".join(f"NEW.{c}" for c in COLUMNS)}) IS DISTINCT FROM ({", ".join(f"OLD.{c}" for c in COLUMNS)})
     OR (OLD.file_id IS NOT NULL AND NEW.file_id IS DISTINCT FROM OLD.file_id)
     OR (OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at, NEW.withdrawal_reason) IS DISTINCT FROM (OLD.withdrawn_at, OLD.withdrawal_reason))
  THEN
    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER notice_stands BEFORE UPDATE OR DELETE ON records_notice FOR EACH ROW EXECUTE FUNCTION records_notice_stands();
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE records_policyvalue ADD CONSTRAINT policy_value_no_overlap EXCLUDE USING gist (
  code WITH =, organisation_id WITH =, daterange(effective_from, effective_to) WITH &&) WHERE (status <> 'withdrawn');
"""
POSTGRES_BACK = """
ALTER TABLE records_policyvalue DROP CONSTRAINT policy_value_no_overlap;
DROP TRIGGER notice_stands ON records_notice;
DROP FUNCTION records_notice_stands();
"""
CHANGED = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in COLUMNS)
SQLITE = (
    f"CREATE TRIGGER notice_no_delete BEFORE DELETE ON records_notice BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    f"""CREATE TRIGGER notice_stands BEFORE UPDATE ON records_notice
    WHEN {CHANGED} OR (OLD.file_id IS NOT NULL AND NEW.file_id IS NOT OLD.file_id)
      OR (OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at IS NOT OLD.withdrawn_at OR NEW.withdrawal_reason IS NOT OLD.withdrawal_reason))
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
)
SQLITE_BACK = ("DROP TRIGGER notice_no_delete", "DROP TRIGGER notice_stands")


def run(schema_editor, postgres, sqlite):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(postgres, params=None)
        return
    for statement in sqlite:
        schema_editor.execute(statement, params=None)


def install(apps, schema_editor):
    run(schema_editor, POSTGRES, SQLITE)


def remove(apps, schema_editor):
    run(schema_editor, POSTGRES_BACK, SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
