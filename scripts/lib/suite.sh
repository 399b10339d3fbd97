# shellcheck shell=bash
# One suite: the folder everything of it lives in, the user it runs as, the settings it keeps.
#
# CAUCE_RUN names the folder (default: run/ in the checkout). Settings are environment variables; what was chosen or
# given once is kept in $RUN/env, and the environment wins over it.

SOCKET_MAX=107 # bytes of a unix socket's path
RUN_USER=$(id -un)
[ "$(id -u)" != 0 ] || RUN_USER=postgres

# Settings that are kept. A port of a process is kept as PORT_<process>.
SETTINGS=(CAUCE_CONFIG CAUCE_SERVICES CAUCE_REPLICAS CAUCE_HTTP_ADDR CAUCE_PORT CAUCE_NATS_PORT
        CAUCE_NATS_MONITOR_PORT CAUCE_PUBLIC_URL CAUCE_ADMIN_EMAIL CAUCE_COMPANY CAUCE_ZONE CAUCE_CURRENCY)
declare -A PORT=()

# Runs a command as the suite's user: PostgreSQL refuses to be root, and no daemon needs to be.
as_user() {
        if [ "$(id -u)" = 0 ]; then chpst -u "$RUN_USER:$(id -gn "$RUN_USER")" "$@"; else "$@"; fi
}

# Why a folder can't hold a suite; prints nothing when it can.
suite_objection() {
        local socket=$1/pgsock/.s.PGSQL.5432 there=$1
        if [ "$(printf %s "$socket" | wc -c)" -gt "$SOCKET_MAX" ]; then
                echo "its path is too long for a unix socket ($socket: more than $SOCKET_MAX bytes)"
                return
        fi
        while [ ! -e "$there" ]; do there=$(dirname "$there"); done
        if [ "$(id -u)" = 0 ] && [ "$there" != "$1" ] && ! as_user test -x "$there"; then
                echo "user $RUN_USER can't reach $there"
        elif [ "$there" = "$1" ] && [ "$(id -u)" = 0 ] && ! as_user test -x "$(dirname "$1")"; then
                echo "user $RUN_USER can't reach $(dirname "$1")"
        elif [ "$(id -u)" != 0 ] && [ ! -w "$there" ]; then
                echo "$(id -un) can't write in $there"
        fi
}

# Sets RUN.
suite_locate() {
        local objection fallback
        if [ -n "${CAUCE_RUN:-}" ]; then
                RUN=$(realpath -m "$CAUCE_RUN")
                objection=$(suite_objection "$RUN")
                [ -z "$objection" ] || fail "CAUCE_RUN=$RUN can't be used: $objection. Name another folder."
                return
        fi
        RUN=$ROOT/run
        [ -n "$(suite_objection "$RUN")" ] || return 0
        fallback=cauce-$(printf %s "$ROOT" | sha256sum | cut -c1-8)
        if [ "$(id -u)" = 0 ]; then
                RUN=/var/lib/$fallback
        else
                RUN=${XDG_STATE_HOME:-$HOME/.local/state}/$fallback
        fi
        objection=$(suite_objection "$RUN")
        [ -z "$objection" ] || fail "$RUN can't be used: $objection. Name another folder: CAUCE_RUN=/some/folder make run"
}

suite_folders() {
        local sub
        local -a folders=("$RUN")
        for sub in pg pgsock nats redis blobs log service app app/bin etc etc/secret; do folders+=("$RUN/$sub"); done
        if [ "$(id -u)" = 0 ]; then
                install -d -m 0700 -o "$RUN_USER" -g "$(id -gn "$RUN_USER")" "${folders[@]}"
        else
                mkdir -p "$RUN"
                install -d -m 0700 "${folders[@]}"
        fi
}

# Writes standard input to a file of the suite's user, at once and only if it differs. True when it was written.
suite_write() {
        local file=$1 mode=${2:-600}
        cat >"$file.new"
        if cmp -s "$file.new" "$file"; then
                rm "$file.new"
                return 1
        fi
        chmod "$mode" "$file.new"
        suite_own "$file.new"
        mv "$file.new" "$file"
}

# What a person wrote into files that the suite reads but never writes: suite_seen FILE… | suite_write FILE is true when
# it has changed.
suite_seen() {
        cat "$@" 2>/dev/null || true
}

suite_own() {
        [ "$(id -u)" != 0 ] || chown -R "$RUN_USER:$(id -gn "$RUN_USER")" "$@"
}

# One run or stop at a time. Descriptor 9 must not reach what stays alive (9>&-).
suite_lock() {
        exec 9>"$RUN/lock"
        flock -w 300 9 || fail "another make run or make stop is busy with $RUN"
}

# What was kept, where the environment says nothing.
settings_load() {
        local key value
        [ -f "$RUN/env" ] || return 0
        while IFS='=' read -r key value; do
                case $key in
                PORT_*) PORT[${key#PORT_}]=$value ;;
                CAUCE_URL | '') ;;
                *) [ -n "${!key+x}" ] || printf -v "$key" %s "$value" ;;
                esac
        done <"$RUN/env"
}

settings_save() {
        local key
        {
                for key in "${SETTINGS[@]}"; do
                        [ -z "${!key:-}" ] || printf '%s=%s\n' "$key" "${!key}"
                done
                for key in "${!PORT[@]}"; do printf 'PORT_%s=%s\n' "$key" "${PORT[$key]}"; done | sort
                printf 'CAUCE_URL=%s\n' "$PUBLIC_URL"
        } | suite_write "$RUN/env" 644 || true
}

# secret NAME: a password of 24 letters and digits, made when first asked for and kept.
secret() {
        local file=$RUN/etc/secret/$1
        if [ ! -s "$file" ]; then
                (umask 077 && head -c 64 /dev/urandom | base64 | tr -dc 'a-zA-Z0-9' | head -c 24 >"$file")
                suite_own "$file"
        fi
        cat "$file"
}
