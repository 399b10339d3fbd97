# shellcheck shell=bash
# npm packages, installed exactly as a package-lock.json says, again only when it changed.

node_is_recent() {
        local version
        command -v npm >/dev/null || return 1
        version=$(node --version 2>/dev/null) || return 1
        version=${version#v}
        [ "${version%%.*}" -ge 18 ]
}

# npm_ensure FOLDER
npm_ensure() {
        local folder=$1 name stamp sum
        [ -f "$folder/package-lock.json" ] || return 0
        name=${folder#"$ROOT"/}
        stamp=$ROOT/build/npm/${name//\//-}
        sum=$(node --version; sha256sum <"$folder/package-lock.json")
        [ ! -d "$folder/node_modules" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$sum" ] || return 0
        step npm "$name"
        mkdir -p "${stamp%/*}"
        if ! (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error) >"$stamp.log" 2>&1; then
                tail -n 15 "$stamp.log" >&2
                fail "npm ci failed in $name. Can this machine reach the npm registry (npm ping)? All of it: $stamp.log"
        fi
        printf '%s\n' "$sum" >"$stamp"
}

# npm_ensure_all FOLDER…: every package-lock.json in or below them.
npm_ensure_all() {
        local lock
        while read -r lock; do
                npm_ensure "${lock%/*}"
        done < <(find "$@" -name node_modules -prune -o -name package-lock.json -print 2>/dev/null | sort)
}
