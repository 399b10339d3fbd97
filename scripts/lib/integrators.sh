# shellcheck shell=bash
# Trusted systems that take events over NATS: $RUN/etc/integrators/<name> holds the modules of each, one a line; none =
# revoked. `integrator`, for leads, comes with every installation.

# "leads.lead", one a line, from proto/.
modules_known() {
        awk '/^package cauce\./ { service = $2; gsub(/^cauce\.|;.*/, "", service); gsub(/_/, "-", service) }
             /option \(cauce\.module\)/ { inside = 1 }
             inside && match($0, /name: "[a-z0-9_]+"/) {
                     print service "." substr($0, RSTART + 7, RLENGTH - 8)
                     inside = 0
             }' "$ROOT"/proto/*.proto
}

integrators_list() {
        {
                echo integrator
                find "$RUN/etc/integrators" -mindepth 1 -maxdepth 1 -type f -printf '%f\n' 2>/dev/null || true
        } | sort -u
}

integrator_modules() {
        local file=$RUN/etc/integrators/$1
        if [ -f "$file" ]; then cat "$file"; elif [ "$1" = integrator ]; then echo leads.lead; fi
}

# The users of NATS that they are.
integrators_users() {
        local name module modules stream
        while read -r name; do
                modules=
                while read -r module; do
                        stream=${module%%.*}
                        modules+=$(template_fill "$ROOT/deploy/nats/integrator-module.conf" USER="$name" \
                                SERVICE="$stream" MODULE="${module#*.}" STREAM="${stream^^}")$'\n'
                done < <(integrator_modules "$name")
                [ -n "$modules" ] || continue
                template_fill "$ROOT/deploy/nats/integrator.conf" MODULES="${modules%$'\n'}" USER="$name" \
                        PASSWORD="$(secret "nats-$name")"
        done < <(integrators_list)
}
