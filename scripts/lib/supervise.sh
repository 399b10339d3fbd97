# shellcheck shell=bash
# runit: runsvdir watches $RUN/service, one folder per process; each has a logger that keeps ten files of 2 MB in
# $RUN/log/<name>. A process that ends starts again at once (after a second when it lived less than one).

suite_pid() {
        local pid
        pid=$(cat "$RUN/runsvdir.pid" 2>/dev/null) || return 1
        grep -qzxF "$RUN/service" "/proc/$pid/cmdline" 2>/dev/null || return 1
        printf '%s\n' "$pid"
}

suite_is_up() {
        suite_pid >/dev/null
}

# process_define NAME: makes or renews its folder; standard input is what it runs, a sh script. True when that changed.
process_define() {
        local name=$1 folder=$RUN/service/$1 changed=1
        install -d -m 0700 "$folder" "$folder/log" "$RUN/log/$name"
        suite_write "$folder/run" 700 && changed=0
        printf '#!/bin/sh\nexec svlogd "%s/log/%s"\n' "$RUN" "$name" | suite_write "$folder/log/run" 700 || true
        printf 's2000000\nn10\n' | suite_write "$RUN/log/$name/config" 600 || true
        if ! process_is_supervised "$name"; then : >"$folder/down"; fi
        # The runsv of a suite that ended left its fifos here, root's or its user's: all of it is the user's.
        suite_own "$folder" "$RUN/log/$name"
        return "$changed"
}

# Stands in for a signal that a server wants instead of TERM: process_stop_signal NAME SIGNAL.
process_stop_signal() {
        install -d -m 0700 "$RUN/service/$1/control"
        # shellcheck disable=SC2016 # the script expands it
        printf '#!/bin/sh\nexec kill -%s "$(cat supervise/pid)"\n' "$2" |
                suite_write "$RUN/service/$1/control/t" 700 || true
        suite_own "$RUN/service/$1/control"
}

process_is_supervised() {
        suite_is_up && sv status "$RUN/service/$1" >/dev/null 2>&1
}

process_is_running() {
        sv status "$RUN/service/$1" 2>/dev/null | grep -q '^run:'
}

# Starts runsvdir. A new service folder is seen at once when it begins, later within five seconds.
supervisor_start() {
        local limit
        limit=$(ulimit -Hn)
        if [ "$limit" = unlimited ] || [ "$limit" -gt 65536 ]; then limit=65536; fi
        (
                cd "$RUN" || exit
                ulimit -n "$limit"
                umask 077
                if [ "$(id -u)" = 0 ]; then set -- chpst -u "$RUN_USER:$(id -gn "$RUN_USER")"; fi
                exec setsid "$@" env -i PATH="$PATH" HOME="$RUN" LANG=C.UTF-8 TZ=UTC \
                        runsvdir -P "$RUN/service" </dev/null >/dev/null 2>&1 9>&-
        ) &
        printf '%s\n' $! >"$RUN/runsvdir.pid"
        wait_until 5 suite_is_up || fail "runsvdir did not start"
}

# process_up NAME…: starts them, and from now on whenever their supervisor starts.
process_up() {
        local name
        for name in "$@"; do
                wait_until 10 process_is_supervised "$name" || fail "runsv did not take $RUN/service/$name"
                sv up "$RUN/service/$name" >/dev/null
                rm -f "$RUN/service/$name/down"
        done
}

# process_down SECONDS NAME…: stops them together; one that takes longer is killed.
process_down() {
        local seconds=$1 name
        local -a names=()
        shift
        for name in "$@"; do
                ! process_is_running "$name" || names+=("$name")
        done
        [ "${#names[@]}" -gt 0 ] || return 0
        for name in "${names[@]}"; do printf d >"$RUN/service/$name/supervise/control"; done
        wait_until "$seconds" process_all_down "${names[@]}" && return
        for name in "${names[@]}"; do printf k >"$RUN/service/$name/supervise/control"; done
        wait_until 5 process_all_down "${names[@]}" || true
}

process_all_down() {
        local name state
        for name in "$@"; do
                read -r state <"$RUN/service/$name/supervise/stat"
                [ "$state" = down ] || return 1
        done
}

# process_fails NAME: asked again and again while one waits for it; true when its supervisor has meanwhile written down
# so many changes of its state that it must be starting in vain.
declare -A SEEN_STATE=() SEEN_CHANGES=()
process_fails() {
        local state
        state=$(stat -c %y "$RUN/service/$1/supervise/status" 2>/dev/null) || return 1
        if [ "$state" != "${SEEN_STATE[$1]:-}" ]; then
                SEEN_STATE[$1]=$state
                SEEN_CHANGES[$1]=$((${SEEN_CHANGES[$1]:-0} + 1))
        fi
        [ "${SEEN_CHANGES[$1]}" -ge 12 ]
}

process_restart() {
        sv -w 30 force-restart "$RUN/service/$1" >/dev/null || fail "$1 did not start again: make logs WHO=$1"
}

# Pids of what runs out of this suite's folder: for what a killed supervisor left behind.
suite_strays() {
        local link exe
        find /proc -maxdepth 2 -name cwd \( -lname "$RUN" -o -lname "$RUN/*" \) 2>/dev/null | while read -r link; do
                exe=$(readlink "${link%cwd}exe" 2>/dev/null) || continue
                case $exe in
                "$RUN"/app/bin/* | */runsvdir | */runsv | */svlogd | */postgres | */nats-server | */redis-*)
                        link=${link#/proc/}
                        printf '%s\n' "${link%/cwd}"
                        ;;
                esac
        done
}
