# shellcheck shell=bash
# What every script shares: where the checkout is, how to speak, how to fail.
# shellcheck disable=SC2034 # ROOT is read by those who source this
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# A make that was called by make would take its flags and variables over.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

say() {
        printf '%s\n' "$*"
}

# One line of progress: what, and what about it.
step() {
        printf '  %-11s %s\n' "$1" "$2"
}

fail() {
        printf '\ncauce: %s\n' "$*" >&2
        exit 1
}

# wait_until SECONDS COMMAND…: true as soon as the command is, false when the time is over.
wait_until() {
        local end=$((SECONDS + $1))
        shift
        until "$@" >/dev/null 2>&1; do
                [ "$SECONDS" -lt "$end" ] || return 1
                sleep 0.05
        done
}
