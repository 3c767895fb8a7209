# Sourced by the other scripts: makes .venv from pyproject.toml, once, and again when that changes.
# usage: bootstrap [EXTRA]

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    say "Earshot needs Python 3.11 or newer with venv. On Debian or Ubuntu: sudo apt install python3 python3-venv"
    return 1
}

bootstrap() {
    local extra=${1:-} venv="$root/.venv" stamp want python
    stamp="$venv/.earshot${extra:+-$extra}"
    want=$(cat "$root/pyproject.toml" "$root/constraints.txt" | cksum)
    if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then return; fi
    python=$(find_python) || return 1
    if ! "$venv/bin/python" -c '' 2>/dev/null; then
        say "Making $venv …"
        "$python" -m venv --clear "$venv" || return 1
    fi
    say "Installing Earshot${extra:+ with [$extra]} …"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --constraint "$root/constraints.txt" \
        --editable "$root${extra:+[$extra]}" || {
        say "The packages could not be installed (see above). Is the network there? Run the same command again."
        return 1
    }
    printf '%s' "$want" >"$stamp"
}
