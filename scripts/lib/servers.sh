# shellcheck shell=bash
# PostgreSQL, nats-server and Redis of a suite: their configuration, how they run, when they are ready.

PG_BIN=/usr/lib/postgresql/15/bin

# Fills @NAME@ in a template: template_fill FILE NAME=VALUE…
template_fill() {
        local text pair
        text=$(<"$1")
        shift
        for pair in "$@"; do text=${text//"@${pair%%=*}@"/"${pair#*=}"}; done
        printf '%s\n' "$text"
}

# server_config SERVER FILE: writes standard input there; a running server takes it in when all are up.
server_config() {
        suite_write "$2" || return 0
        : >"$RUN/etc/.changed-$1"
}

server_config_changed() {
        rm "$RUN/etc/.changed-$1" 2>/dev/null
}

# As the database's superuser; sees no ~/.psqlrc and stops at the first error.
pg_admin() {
        as_user env -i PATH="$PATH" PGAPPNAME=cauce-run "$PG_BIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$RUN/pgsock" -U postgres "$@"
}

# Takes connections and has ended its recovery.
pg_is_ready() {
        [ "$(pg_admin -d postgres -At -c 'SELECT pg_is_in_recovery()' 2>/dev/null)" = f ]
}

pg_prepare() {
        local conf=$RUN/etc/postgresql
        install -d -m 0700 "$conf"
        server_config pg "$conf/cauce.conf" <"$ROOT/deploy/postgresql/cauce.conf"
        server_config pg "$conf/pg_hba.conf" <"$ROOT/deploy/postgresql/pg_hba.conf"
        printf '%s\n' "administrator $RUN_USER postgres" "administrator root postgres" |
                server_config pg "$conf/pg_ident.conf"
        server_config pg "$conf/postgresql.conf" <<-END
		data_directory = '$RUN/pg'
		hba_file = '$conf/pg_hba.conf'
		ident_file = '$conf/pg_ident.conf'
		unix_socket_directories = '$RUN/pgsock'
		include 'cauce.conf'
		include_if_exists 'local.conf'
		END
        suite_seen "$conf/local.conf" | server_config pg "$conf/.local.conf.seen"
        suite_own "$conf"
        if [ ! -s "$RUN/pg/PG_VERSION" ]; then
                step postgres "making the database"
                as_user "$PG_BIN/initdb" --no-sync -D "$RUN/pg" -U postgres -E UTF8 --locale=C.UTF-8 --data-checksums \
                        --auth-local=peer --auth-host=reject >"$RUN/log/initdb" 2>&1 ||
                        { cat "$RUN/log/initdb" >&2; fail "initdb refused"; }
                sync -f "$RUN/pg" & # on the disk while the rest starts
        fi
        process_define pg <<-END || true
		#!/bin/sh
		exec 2>&1
		# After a crash the old one's children need a moment to notice; until then a new one is refused.
		[ ! -e $RUN/pg/postmaster.pid ] || sleep 0.3
		exec $PG_BIN/postgres -c config_file=$conf/postgresql.conf
		END
        process_stop_signal pg INT
}

# The database and every service's schema and roles.
pg_roles() {
        local service name
        [ -n "$(pg_admin -d postgres -At -c "SELECT 1 FROM pg_database WHERE datname = 'cauce'")" ] ||
                pg_admin -d postgres -c 'CREATE DATABASE cauce'
        {
                cat "$ROOT/deploy/postgresql/database.sql"
                for service in "${WITH_SCHEMA[@]}"; do
                        name=$(sql_name "$service")
                        printf "\\set service '%s'\n\\set password '%s'\n\\set owner_password '%s'\n" \
                                "$name" "$(secret "pg-$service")" "$(secret "pg-$service-owner")"
                        cat "$ROOT/deploy/postgresql/service.sql"
                done
        } | pg_admin -d cauce
}

# pg_conninfo ROLE SECRET
pg_conninfo() {
        printf 'host=%s port=5432 dbname=cauce user=%s password=%s\n' "$RUN/pgsock" "$1" "$(secret "$2")"
}

nats_user() {
        template_fill "$ROOT/deploy/nats/$1.conf" USER="$2" PASSWORD="$(secret "nats-$2")" STREAM="${2^^}"
}

nats_prepare() {
        local service
        {
                printf '  users: [\n'
                nats_user admin admin
                for service in "${KNOWN[@]}"; do
                        case $service in
                        maintain) ;;
                        gateway) nats_user gateway gateway ;;
                        *) nats_user service "$service" ;;
                        esac
                done
                integrators_users
                printf '  ]\n'
        } | server_config nats-users "$RUN/etc/users.conf"
        template_fill "$ROOT/deploy/nats/server.conf" PORT="$CAUCE_NATS_PORT" \
                MONITOR_PORT="$CAUCE_NATS_MONITOR_PORT" STORE="$RUN/nats" |
                server_config nats "$RUN/etc/nats.conf"
        process_define nats <<-END || true
		#!/bin/sh
		exec 2>&1
		export GOMAXPROCS=1 GOGC=400 GOMEMLIMIT=128MiB
		exec nats-server -c $RUN/etc/nats.conf
		END
}

nats_is_ready() {
        curl -fsS -m 1 "http://127.0.0.1:$CAUCE_NATS_MONITOR_PORT/healthz"
}

redis_prepare() {
        server_config redis "$RUN/etc/redis.conf" <"$ROOT/deploy/redis/redis.conf"
        process_define redis <<-END || true
		#!/bin/sh
		exec 2>&1
		exec redis-server $RUN/etc/redis.conf --unixsocket $RUN/redis/sock --dir $RUN/redis
		END
}

redis_is_ready() {
        [ "$(redis-cli -s "$RUN/redis/sock" ping)" = PONG ]
}

# Starts those that are down; those that are up take in what changed: nats its users at once, the rest by a restart.
servers_start() {
        local server
        pg_prepare
        nats_prepare
        redis_prepare
        suite_is_up || supervisor_start
        for server in "${SERVERS[@]}"; do
                if server_config_changed "$server" && process_is_running "$server"; then
                        process_down 60 "$server"
                fi
                process_up "$server"
        done
        for server in "${SERVERS[@]}"; do server_wait "$server"; done
        ! server_config_changed nats-users || sv hup "$RUN/service/nats" >/dev/null
        pg_roles
}

# Until it is ready, or starts in vain, or 15 minutes are over: after a crash PostgreSQL recovers first.
server_wait() {
        local began=$SECONDS told=
        until "$1_is_ready" >/dev/null 2>&1; do
                if process_fails "$1" || [ $((SECONDS - began)) -gt 900 ]; then
                        tail -n 15 "$RUN/log/$1/current" >&2 || true
                        fail "$1 does not get ready. Its last words are above; all of them: make logs WHO=$1"
                fi
                if [ -z "$told" ] && [ $((SECONDS - began)) -gt 10 ]; then
                        step wait "for $1 to get ready (make logs WHO=$1)"
                        told=1
                fi
                sleep 0.05
        done
}
