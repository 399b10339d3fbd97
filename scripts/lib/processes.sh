# shellcheck shell=bash
# What a suite consists of, found and not listed: daemons are the programs in build/<config>/bin, a service with a
# schema has a folder services/<service>/migrations, replicas come from CAUCE_REPLICAS="leads=2,gateway=2".
# A daemon's first replica is called as its service, further ones leads-2, leads-3…

# In the order in which they start; they stop the other way round.
# shellcheck disable=SC2034 # read by those who source this
SERVERS=(pg nats redis)

# Every service that has a daemon, whether it is started or not.
services_built() {
        find "$BIN" -maxdepth 1 -type f -perm -u+x -printf '%f\n' 2>/dev/null | sort
}

# Those to start: all, or CAUCE_SERVICES and what nothing goes without.
services_wanted() {
        local service
        for service in $(services_built); do
                case ,${CAUCE_SERVICES:-}, in
                ,, | *,"$service",*) printf '%s\n' "$service" ;;
                *) [ "$service" != maintain ] || printf '%s\n' "$service" ;;
                esac
        done
}

services_with_schema() {
        local folder
        for folder in "$ROOT"/services/*/migrations; do
                [ -d "$folder" ] || continue
                folder=${folder%/migrations}
                printf '%s\n' "${folder##*/}"
        done
}

# Every user of the bus but the administrator: services built or with a schema.
services_known() {
        { services_built; services_with_schema; } | sort -u
}

replicas_of() {
        local pair
        for pair in ${CAUCE_REPLICAS//,/ }; do
                [ "${pair%%=*}" != "$1" ] || { printf '%s\n' "${pair#*=}"; return; }
        done
        echo 1
}

daemons() {
        local service n
        for service in $(services_wanted); do
                printf '%s\n' "$service"
                for ((n = 2; n <= $(replicas_of "$service"); n++)); do printf '%s-%d\n' "$service" "$n"; done
        done
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
