# shellcheck shell=bash
# npm packages, installed exactly as a package-lock.json says, again only when it changed.

node_is_recent() {
        local version
        command -v npm >/dev/null || return 1
        version=$(node --version 2>/dev/null) || return 1
        version=${version#v}
        [ "${version%%.*}" -ge 18 ]
}

# npm ci refuses a lock file that was written where the registry had no build of an optional package for some other
# platform ("Missing: name@ from lock file", without a version); npm install takes it, and the rest as locked.
npm_install() {
        local -a quiet=(--no-audit --no-fund --loglevel=error)
        local output
        output=$(npm ci "${quiet[@]}" 2>&1) && return
        if grep -q 'Missing: .*@ from lock file' <<<"$output"; then
                npm install --no-save "${quiet[@]}"
        else
                printf '%s\n' "$output"
                return 1
        fi
}

# npm_ensure FOLDER
npm_ensure() {
        local folder=$1 name log
        [ -f "$folder/package-lock.json" ] || return 0
        # npm writes this file last.
        [ ! "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] || return 0
        name=${folder#"$ROOT"/}
        log=$ROOT/build/npm-${name//\//-}.log
        step npm "$name"
        mkdir -p "$ROOT/build"
        if ! (cd "$folder" && npm_install) >"$log" 2>&1; then
                tail -n 15 "$log" >&2
                fail "npm ci failed in $name. Can this machine reach the npm registry (npm ping)? All of it: $log"
        fi
        touch "$folder/node_modules/.package-lock.json"
}

# npm_ensure_all FOLDER…: every package-lock.json in or below them but bench's, which bench alone needs.
npm_ensure_all() {
        local lock
        while read -r lock; do
                npm_ensure "${lock%/*}"
        done < <(find "$@" \( -name node_modules -o -name bench \) -prune -o -name package-lock.json -print 2>/dev/null | sort)
}
