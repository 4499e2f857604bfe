"""Versions of one programme do not overlap: on no day are there two. A version taken back before its day holds for none."""

from django.db import migrations

NAME = "programme_versions_apart"
WORDS = "同一事项的版本施行期间不能重叠"
ONE_CODE = "('x' || substr(md5(code), 1, 15))::bit(60)::bigint"  # ranges are all that GiST knows by itself: no extension is needed
HOLDS = "({row}.valid_to IS NULL OR {row}.valid_to > {row}.valid_from)"


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        ranges = f"int8range({ONE_CODE}, {ONE_CODE}, '[]') WITH &&, daterange(valid_from, valid_to) WITH &&"
        schema_editor.execute(f"ALTER TABLE windows_programme ADD CONSTRAINT {NAME} EXCLUDE USING gist ({ranges})", params=None)
        return
    same = f"o.code = NEW.code AND o.id IS NOT NEW.id AND {HOLDS.format(row='o')}"
    meets = "(o.valid_to IS NULL OR o.valid_to > NEW.valid_from) AND (NEW.valid_to IS NULL OR NEW.valid_to > o.valid_from)"
    other = f"SELECT 1 FROM windows_programme AS o WHERE {same} AND {meets}"  # noqa: S608  no value of anybody's in it
    for verb in ("INSERT", "UPDATE"):  # after the row is written: before, a new one has no number yet
        head = f"CREATE TRIGGER {NAME}_{verb.lower()} AFTER {verb} ON windows_programme WHEN {HOLDS.format(row='NEW')}"
        body = f"BEGIN SELECT RAISE(ABORT, '{WORDS}（{NAME}）') WHERE EXISTS ({other}); END"
        schema_editor.execute(f"{head} {body}", params=None)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE windows_programme DROP CONSTRAINT {NAME}", params=None)
        return
    for verb in ("insert", "update"):
        schema_editor.execute(f"DROP TRIGGER {NAME}_{verb}", params=None)


class Migration(migrations.Migration):
    dependencies = [("windows", "0012_hearing_stands")]
    operations = [migrations.RunPython(install, remove)]
