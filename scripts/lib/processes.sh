# shellcheck shell=bash
# What a suite consists of, found and not listed: daemons are the programs in build/<config>/bin, a service with a
# schema has a folder services/<service>/migrations, replicas come from CAUCE_REPLICAS="leads=2,gateway=2".
# A daemon's first replica is called as its service, further ones leads-2, leads-3…

# In the order in which they start; they stop the other way round.
# shellcheck disable=SC2034 # read by those who source this
SERVERS=(pg nats redis)

# Looked up once, so that one run sees one picture while something is being built:
BUILT=()       # services that have a program
WITH_SCHEMA=() # services that have a schema
KNOWN=()       # both: users of the bus
DAEMONS=()     # what is to run: all that is built, or CAUCE_SERVICES and maintain, with their replicas
# shellcheck disable=SC2034
processes_find() {
        local service n
        mapfile -t BUILT < <(find "$BIN" -maxdepth 1 -type f -perm -u+x -printf '%f\n' 2>/dev/null | sort)
        mapfile -t WITH_SCHEMA < <(find "$ROOT/services" -mindepth 2 -maxdepth 2 -type d -name migrations -printf '%P\n' |
                cut -d/ -f1 | sort)
        mapfile -t KNOWN < <(printf '%s\n' "${BUILT[@]}" "${WITH_SCHEMA[@]}" | sort -u)
        for service in "${BUILT[@]}"; do
                case ,${CAUCE_SERVICES:-$service}, in
                *,"$service",*) ;;
                *) [ "$service" = maintain ] || continue ;;
                esac
                DAEMONS+=("$service")
                for ((n = 2; n <= $(replicas_of "$service"); n++)); do DAEMONS+=("$service-$n"); done
        done
}

replicas_of() {
        local pair
        for pair in ${CAUCE_REPLICAS//,/ }; do
                [ "${pair%%=*}" != "$1" ] || { printf '%s\n' "${pair#*=}"; return; }
        done
        echo 1
}

# The service of a daemon: leads-2 is one of leads.
service_of() {
        local daemon=$1
        [[ ! $daemon =~ -[0-9]+$ ]] || daemon=${daemon%-*}
        printf '%s\n' "$daemon"
}

# A service's name as PostgreSQL and the environment write it: erp_sync.
sql_name() {
        printf '%s\n' "${1//-/_}"
}
