#!/usr/bin/env bash
# Installs what the virtual room of the tests needs, and PortAudio. Debian and Ubuntu; does nothing if all is there.
set -euo pipefail

packages=(pulseaudio pulseaudio-utils libasound2-plugins libportaudio2)

have() { dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

missing=()
for package in "${packages[@]}"; do have "$package" || missing+=("$package"); done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

if ! command -v apt-get >/dev/null; then
    echo "This is no Debian; install by your own package manager what is called there: ${missing[*]}" >&2
    exit 1
fi
run=()
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "Run: sudo apt-get install --yes ${missing[*]}" >&2
        exit 1
    fi
    run=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${run[@]}" apt-get update -qq
"${run[@]}" apt-get install --yes --no-install-recommends -qq "${missing[@]}"
