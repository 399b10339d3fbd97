# shellcheck shell=bash
# Debian packages of packages.txt: which are missing, and how they come in without starting or stopping a service.

POLICY=/usr/sbin/policy-rc.d
CREATECLUSTER=/etc/postgresql-common/createcluster.conf

# Prints the packages of the groups that are not installed or older than their lowest version.
apt_missing() {
        local group package version status installed
        while read -r group package version; do
                case " $* " in *" $group "*) ;; *) continue ;; esac
                read -r status installed < <(dpkg-query -W -f '${db:Status-Status} ${Version}\n' "$package" 2>/dev/null |
                        head -n 1) || true
                if [ "${status:-}" != installed ] ||
                        { [ -n "$version" ] && dpkg --compare-versions "$installed" lt "$version"; }; then
                        printf '%s\n' "$package"
                fi
                status='' installed=''
        done < <(grep -v '^#' "$ROOT/scripts/packages.txt")
}

as_root() {
        if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt_run() {
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 \
                -o APT::Install-Recommends=false "$@" >>"$APT_LOG" 2>&1
}

# apt_ensure GROUP…
apt_ensure() {
        local -a missing
        mapfile -t missing < <(apt_missing "$@")
        [ "${#missing[@]}" -gt 0 ] || return 0
        command -v apt-get >/dev/null || fail "this needs Debian 12 and these packages: ${missing[*]}"
        if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
                fail "packages are missing and this is neither root nor has sudo. Let an administrator run:
  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
        fi
        mkdir -p "$ROOT/build"
        APT_LOG=$ROOT/build/apt.log
        : >"$APT_LOG"
        step packages "installing ${#missing[@]}: ${missing[*]}"
        trap apt_restore EXIT
        apt_hold_services
        if ! { apt_run update && apt_no_cluster && apt_run install "${missing[@]}"; }; then
                apt_explain "$@"
        fi
        apt_restore
        trap - EXIT
        apt_disable_units "${missing[@]}"
}

# While packages come in, no init script starts, stops or restarts anything. A policy that is already there is kept.
apt_hold_services() {
        [ ! -e "$POLICY" ] || return 0
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$POLICY" >/dev/null
        as_root chmod 755 "$POLICY"
        POLICY_IS_OURS=1
}

# The suite has a PostgreSQL of its own: the package shall make no cluster. The setting is taken back afterwards.
apt_no_cluster() {
        case " ${missing[*]} " in *" postgresql-15 "*) ;; *) return 0 ;; esac
        apt_run install postgresql-common
        as_root cp "$CREATECLUSTER" "$CREATECLUSTER.before-cauce"
        printf '\ncreate_main_cluster = false\n' | as_root tee -a "$CREATECLUSTER" >/dev/null
}

apt_restore() {
        [ -z "${POLICY_IS_OURS:-}" ] || as_root rm -f "$POLICY"
        [ ! -e "$CREATECLUSTER.before-cauce" ] || as_root mv "$CREATECLUSTER.before-cauce" "$CREATECLUSTER"
        POLICY_IS_OURS=
}

# A server that came in only now shall not start at the next boot either: the suite starts its own.
apt_disable_units() {
        local package
        command -v systemctl >/dev/null || return 0
        for package in "$@"; do
                case $package in
                redis-server | nats-server | prometheus) as_root systemctl disable "$package" >>"$APT_LOG" 2>&1 || true ;;
                esac
        done
}

apt_explain() {
        local -a left unknown=()
        local package
        mapfile -t left < <(apt_missing "$@")
        [ "${#left[@]}" -gt 0 ] || return 0
        for package in "${left[@]}"; do
                apt-cache show "$package" >/dev/null 2>&1 || unknown+=("$package")
        done
        tail -n 15 "$APT_LOG" >&2
        if [ "${#unknown[@]}" -gt 0 ]; then
                fail "apt knows no package ${unknown[*]}. Are Debian 12's main and bookworm-security in
  /etc/apt/sources.list*, and can this machine reach them? Then: apt-get update, and run this again."
        fi
        fail "apt could not install: ${left[*]}
  The reason is above (all of it: $APT_LOG). By hand: apt-get install --no-install-recommends ${left[*]}"
}
