# shellcheck shell=bash
# Free TCP ports. Below 32768, where the kernel takes none for outgoing connections. Suites that start at the same
# moment see each other's choice in a list of recent ones.

PORTS_RECENT=/tmp/cauce-ports-$(id -u)
PORTS_RECENT_S=120

# Prints the ports that somebody listens on, one a line.
ports_listening() {
        local port
        awk '$4 == "0A" { sub(/.*:/, "", $2); print "0x" $2 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null |
                while read -r port; do printf '%d\n' "$port"; done
}

port_is_taken() {
        ports_listening | grep -qx "$1"
}

# port_choose FIRST: sets CHOSEN to the first port from FIRST on that nobody listens on, no other suite chose a moment
# ago, and this run did not choose before.
PORTS_OURS=
port_choose() {
        local now taken port=$1 lock
        exec {lock}>>"$PORTS_RECENT.lock"
        flock "$lock"
        printf -v now '%(%s)T' -1
        touch "$PORTS_RECENT"
        awk -v now="$now" -v keep="$PORTS_RECENT_S" -v ours="$RUN" 'now - $2 < keep && $3 != ours' "$PORTS_RECENT" \
                >"$PORTS_RECENT.new"
        taken=$(ports_listening; cut -d' ' -f1 "$PORTS_RECENT.new"; printf '%b' "$PORTS_OURS")
        while grep -qx "$port" <<<"$taken"; do port=$((port + 1)); done
        [ "$port" -lt 32768 ] || fail "no free port from $1 on"
        PORTS_OURS+="$port\n"
        { cat "$PORTS_RECENT.new"; printf '%b' "$PORTS_OURS" | sed "s|\$| $now $RUN|"; } >"$PORTS_RECENT"
        exec {lock}>&-
        # shellcheck disable=SC2034 # read by the caller
        CHOSEN=$port
}

# Where a search begins when any port will do.
port_anywhere() {
        echo $((20000 + (RANDOM % 1100) * 10))
}
