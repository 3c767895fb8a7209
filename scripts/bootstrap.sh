# Sourced by the other scripts: makes .venv from pyproject.toml, once, and again when that changes.
# usage: bootstrap [EXTRA]      EXTRA: an optional set of dependencies, such as "test"; none: the light core
#
# A stamp in .venv says what was installed from what; it is taken away before an installation and written after it, so
# that one that was interrupted is done again. PYTHON=/path/to/python chooses the interpreter.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
venv="$root/.venv"

say() { printf '%s\n' "$*" >&2; }

# Whether an interpreter is new enough and can make environments.
fits() { "$1" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3 python; do
        if command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    say "Earshot needs Python 3.11 or newer. On Debian or Ubuntu: sudo apt-get install python3 python3-venv"
    return 1
}

# Prints the prefix that runs a command as root without asking; fails if there is none.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        echo env
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        echo sudo env
    else
        return 1
    fi
}

# Installs Debian packages, if this is a Debian where that needs no password.
apt_install() {
    local prefix
    command -v apt-get >/dev/null 2>&1 || return 1
    prefix=$(as_root) || return 1
    # shellcheck disable=SC2086  # the prefix is one word or two
    {
        $prefix DEBIAN_FRONTEND=noninteractive apt-get update -qq
        $prefix DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq --no-install-recommends "$@"
    } >/dev/null 2>&1
}

# Makes the environment with pip in it. Debian's python3 has no ensurepip without python3-venv: then another pip
# installs ours, or the package is fetched.
make_venv() {
    local python=$1 package
    "$python" -m venv --clear "$venv" >/dev/null 2>&1 && return
    if "$python" -m venv --clear --without-pip "$venv" >/dev/null 2>&1 &&
        "$python" -m pip --python "$venv/bin/python" install --quiet pip >/dev/null 2>&1; then
        return
    fi
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if apt_install "$package" && "$python" -m venv --clear "$venv" >/dev/null 2>&1; then return; fi
    say "$python cannot make an environment with pip. On Debian or Ubuntu: sudo apt-get install $package"
    return 1
}

# Whether the environment holds what is wanted; what was installed with an extra will do for the core.
is_installed() {
    local stamp
    [ -x "$venv/bin/python" ] || return 1
    for stamp in "$venv/.earshot-$1" ${2:+"$venv/.earshot-$2"}; do
        if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then return; fi
    done
    return 1
}

install_packages() {
    local extra=$1 log="$venv/install.log"
    say "Installing Earshot${extra:+ with [$extra]} into $venv; this may take some minutes …"
    rm -f "$venv"/.earshot-*
    if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --constraint "$root/constraints.txt" --editable "$root${extra:+[$extra]}" >"$log" 2>&1; then
        cat "$log" >&2
        say "The packages could not be installed, see above. Is the network there? Then run the same command again."
        return 1
    fi
    printf '%s' "$want" >"$venv/.earshot-${extra:-core}"
}

bootstrap() {
    local extra=${1:-} want python others=test
    want=$({ echo "$root" && cat "$root/pyproject.toml" "$root/constraints.txt"; } | cksum)
    if is_installed "${extra:-core}" $others; then return; fi
    if command -v flock >/dev/null 2>&1; then
        exec 9<"$root/pyproject.toml"
        flock 9 # another script may be at it
        if is_installed "${extra:-core}" $others; then
            exec 9<&-
            return
        fi
    fi
    if ! "$venv/bin/python" -c 'import pip' >/dev/null 2>&1; then
        python=$(find_python) || return 1
        say "Making $venv with $python …"
        make_venv "$python" || return 1
    fi
    install_packages "$extra" || return 1
    if command -v flock >/dev/null 2>&1; then exec 9<&-; fi
}
