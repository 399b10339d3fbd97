# shellcheck shell=bash
# Cauce's own processes: their programs and files copied into the suite, so that it never reads the checkout, their
# environment, their start, restart and readiness.

declare -A CHANGED=()

# file_install SOURCE TARGET: true when the target was new or different.
file_install() {
        ! cmp -s "$1" "$2" || return 1
        install -m 0755 "$1" "$2.new"
        suite_own "$2.new"
        mv "$2.new" "$2" # the running program keeps its old file
}

app_install() {
        local service folder set
        for service in "${BUILT[@]}"; do
                file_install "$BIN/$service" "$RUN/app/bin/$service" && CHANGED[$service]=1
        done
        rm -rf "$RUN/app/migrations.new"
        mkdir -p "$RUN/app/migrations.new"
        for folder in "$ROOT"/libs/entity/migrations "$ROOT"/services/*/migrations; do
                [ -d "$folder" ] || continue
                set=${folder%/migrations}
                cp -r "$folder" "$RUN/app/migrations.new/${set##*/}"
        done
        app_replace migrations || true
        if [ -d "$ROOT/services/web/dist" ]; then
                rm -rf "$RUN/app/web.new"
                cp -r "$ROOT/services/web/dist" "$RUN/app/web.new"
                app_replace web && CHANGED[gateway]=1
        fi
        return 0
}

# app_replace NAME: puts NAME.new in the place of NAME if they differ; true when it did.
app_replace() {
        local folder=$RUN/app/$1
        if diff -rq "$folder" "$folder.new" >/dev/null 2>&1; then
                rm -rf "$folder.new"
                return 1
        fi
        suite_own "$folder.new"
        rm -rf "$folder.old"
        [ ! -e "$folder" ] || mv "$folder" "$folder.old"
        mv "$folder.new" "$folder"
        rm -rf "$folder.old"
}

# environment NAME=VALUE…: as sh reads it.
environment() {
        local pair value
        for pair in "$@"; do
                value=${pair#*=}
                printf "%s='%s'\n" "${pair%%=*}" "${value//\'/"'\\''"}"
        done
}

# The environment of one daemon.
daemon_environment() {
        local daemon=$1 service user other name
        service=$(service_of "$daemon")
        name=$(sql_name "$service")
        user=$service
        [ "$service" != maintain ] || user='admin'
        environment \
                CAUCE_SERVICE="$service" \
                CAUCE_ADMIN_ADDR="127.0.0.1:${PORT[$daemon]}" \
                CAUCE_NATS_URL="nats://127.0.0.1:$CAUCE_NATS_PORT" \
                CAUCE_NATS_USER="$user" \
                CAUCE_NATS_PASSWORD="$(secret "nats-$user")" \
                CAUCE_REDIS="$RUN/redis/sock" \
                CAUCE_PUBLIC_URL="$PUBLIC_URL" \
                CAUCE_ZONE="$CAUCE_ZONE" \
                CAUCE_CURRENCY="$CAUCE_CURRENCY" \
                CAUCE_COMPANY="$CAUCE_COMPANY"
        [ ! -d "$ROOT/services/$service/migrations" ] ||
                environment CAUCE_PG="$(pg_conninfo "$name" "pg-$service") application_name=$daemon" \
                        CAUCE_SECRET="$(secret installation)" CAUCE_BLOBS="$RUN/blobs"
        case $service in
        gateway)
                environment CAUCE_HTTP_ADDR="$CAUCE_HTTP_ADDR" CAUCE_HTTP_PORT="$(http_port "$daemon")" \
                        CAUCE_WEB="$RUN/app/web" CAUCE_BLOBS="$RUN/blobs"
                ;;
        identity)
                environment CAUCE_ADMIN_EMAIL="$CAUCE_ADMIN_EMAIL" CAUCE_ADMIN_PASSWORD="$(secret admin)"
                ;;
        maintain)
                environment CAUCE_MIGRATIONS="$RUN/app/migrations"
                for other in "${WITH_SCHEMA[@]}"; do
                        name=$(sql_name "$other")
                        environment "CAUCE_OWNER_PG_${name^^}=$(pg_conninfo "${name}_owner" "pg-$other-owner") application_name=maintain"
                done
                ;;
        esac
}

# The first gateway has the suite's port, further ones have their own.
http_port() {
        if [ "$1" = gateway ]; then printf '%s\n' "$CAUCE_PORT"; else printf '%s\n' "${PORT[$1-http]}"; fi
}

# Everything but the servers: files, environments, service folders. What changed is noted in CHANGED.
daemons_prepare() {
        local daemon service
        for daemon in "${DAEMONS[@]}"; do
                service=$(service_of "$daemon")
                [ -z "${CHANGED[$service]:-}" ] || CHANGED[$daemon]=1
                daemon_environment "$daemon" | suite_write "$RUN/etc/$daemon.env" && CHANGED[$daemon]=1
                suite_seen "$RUN/etc/local.env" "$RUN/etc/$daemon.local.env" |
                        suite_write "$RUN/etc/.$daemon.local.env.seen" && CHANGED[$daemon]=1
                process_define "$daemon" <<-END && CHANGED[$daemon]=1
			#!/bin/sh
			exec 2>&1
			set -a
			. $RUN/etc/$daemon.env
			[ ! -r $RUN/etc/local.env ] || . $RUN/etc/local.env
			[ ! -r $RUN/etc/$daemon.local.env ] || . $RUN/etc/$daemon.local.env
			exec $RUN/app/bin/$service
			END
        done
        daemons_forget
}

# A daemon that is no longer wanted stops and leaves, its data stays.
daemons_forget() {
        local folder name
        for folder in "$RUN"/service/*/; do
                name=$(basename "$folder")
                case " ${SERVERS[*]} ${DAEMONS[*]} " in *" $name "*) continue ;; esac
                if process_is_supervised "$name"; then
                        process_down 30 "$name"
                        sv exit "$folder" >/dev/null 2>&1 || true
                fi
                rm -rf "$folder"
        done
}

# Migrations, streams and durables, before the daemons that need them start.
daemons_migrate() {
        if [ ! -x "$RUN/app/bin/maintain" ]; then
                step maintain "there is no such program yet: nothing is migrated"
                return
        fi
        # shellcheck disable=SC2016 # the inner shell expands it
        as_user env -i PATH="$PATH" HOME="$RUN" LANG=C.UTF-8 TZ=UTC RUN="$RUN" sh -c 'cd "$RUN"; set -a
                . etc/maintain.env; [ ! -r etc/local.env ] || . etc/local.env
                exec app/bin/maintain --once' >"$RUN/log/migrate" 2>&1 9>&- || {
                tail -n 20 "$RUN/log/migrate" >&2
                fail "the migrations did not go through (all of it: $RUN/log/migrate). Data is as it was before the one that failed."
        }
}

daemons_start() {
        local daemon
        for daemon in "${DAEMONS[@]}"; do
                if ! process_is_running "$daemon"; then
                        process_up "$daemon"
                elif [ -n "${CHANGED[$daemon]:-}" ]; then
                        step restart "$daemon"
                        process_restart "$daemon"
                fi
        done
        daemons_wait
}

daemon_is_ready() {
        curl -fsS -m 1 -o /dev/null "http://127.0.0.1:${PORT[$1]}/readyz" 2>/dev/null
}

READY_SECONDS=60
daemons_wait() {
        local end=$((SECONDS + READY_SECONDS)) daemon
        local -a waiting=("${DAEMONS[@]}") left ready=()
        while [ "${#waiting[@]}" -gt 0 ]; do
                left=()
                for daemon in "${waiting[@]}"; do
                        if daemon_is_ready "$daemon"; then ready+=("$daemon"); else left+=("$daemon"); fi
                done
                waiting=("${left[@]}")
                [ "${#waiting[@]}" -gt 0 ] || break
                for daemon in "${waiting[@]}"; do
                        if process_fails "$daemon" || [ "$SECONDS" -ge "$end" ]; then
                                tail -n 12 "$RUN/log/$daemon/current" >&2 || true
                                fail "not ready: ${waiting[*]}. The last words of $daemon are above; all of them:
  make logs WHO=$daemon. What did start keeps running: make stop ends it."
                        fi
                done
                sleep 0.05
        done
        step ready "${ready[*]}"
}
