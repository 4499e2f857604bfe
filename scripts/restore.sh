#!/usr/bin/env bash
# usage: scripts/restore.sh BACKUP    Put a backup of scripts/backup.sh into the EMPTY database of DATABASE_URL and prove it.
# Proof: checksums of the backup, row count and digest of every table, checksum of every file, and the chain of the audit trail.
set -euo pipefail
umask 077
backup=$(realpath "${1:?usage: restore.sh BACKUP}")
: "${DATABASE_URL:?set DATABASE_URL to an empty database}"
cd "$(dirname "$0")/.."
bin=${PG_BINDIR:+$PG_BINDIR/}
PYTHON=${PYTHON:-.venv/bin/python}
(cd "$backup" && sha256sum --quiet --check SHA256SUMS) || { echo "restore: the backup itself is damaged." >&2; exit 1; }
[ "$("${bin}psql" -XAtc "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'" "$DATABASE_URL")" = 0 ] \
    || { echo "restore: the database is not empty; nothing was touched." >&2; exit 1; }
media=${YIMEN_MEDIA_ROOT:-${YIMEN_VAR:-var}/media}
mkdir -p "$media"
[ -z "$(ls -A "$media")" ] || { echo "restore: $media is not empty; nothing was touched." >&2; exit 1; }
"${bin}pg_restore" --exit-on-error --no-owner --no-privileges --jobs "${JOBS:-2}" --dbname "$DATABASE_URL" "$backup/database.dump"
tar -C "$media" -xf "$backup/media.tar"
counted=$(mktemp)
trap 'rm -f "$counted"' EXIT
"$PYTHON" scripts/snapshot.py "$DATABASE_URL" "$counted"
diff "$backup/rows.txt" "$counted" || { echo "restore: these tables differ from the backup." >&2; exit 1; }
(cd "$media" && sha256sum --quiet --check "$backup/media.sha256") || { echo "restore: these files differ from the backup." >&2; exit 1; }
"$PYTHON" manage.py verify_audit --against "$backup/audit.json"
"$PYTHON" manage.py migrate --check >/dev/null || echo "restore: the backup is of an older release; run manage.py migrate."
echo "restore: now run manage.py migrate as the owner: it gives the portal's own database role its rights again."
echo "restore: every table, every file and the audit trail are as they were backed up."
