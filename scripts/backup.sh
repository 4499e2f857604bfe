#!/usr/bin/env bash
# usage: scripts/backup.sh FOLDER    One dated folder: database dump, media, a list of checksums and row counts.
# Needs DATABASE_URL (production) and, when media are on this machine, YIMEN_MEDIA_ROOT. Keys are NOT in it: keep them apart.
set -euo pipefail
umask 077
target=${1:?usage: backup.sh FOLDER}/$(date -u +%Y%m%dT%H%M%SZ)
: "${DATABASE_URL:?set DATABASE_URL}"
cd "$(dirname "$0")/.."
bin=${PG_BINDIR:+$PG_BINDIR/}
partial=$target.partial
mkdir -p "$partial"
# Heads of the audit chains, before the dump: every one of them must be found again in it, and in the live database ever after.
"${bin}psql" -XAtc "SELECT coalesce(json_object_agg(chain, json_build_array(sequence, hash)), '{}') FROM accounts_auditchain" "$DATABASE_URL" \
    >"$partial/audit.json"
# One snapshot for dump and counts: what is counted is what was dumped.
PYTHON=${PYTHON:-.venv/bin/python}
"$PYTHON" scripts/snapshot.py "$DATABASE_URL" "$partial/rows.txt" -- "${bin}pg_dump" --format=custom --no-owner --no-privileges --file "$partial/database.dump" "$DATABASE_URL"
media=${YIMEN_MEDIA_ROOT:-${YIMEN_VAR:-var}/media}
mkdir -p "$media"
tar -C "$media" -cf "$partial/media.tar" .
(cd "$media" && find . -type f -print0 | sort -z | xargs -0r sha256sum) >"$partial/media.sha256"
(cd "$partial" && sha256sum database.dump media.tar rows.txt media.sha256 audit.json >SHA256SUMS)
sync "$partial"/*
mv "$partial" "$target"
echo "$target"
