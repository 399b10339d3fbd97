# shellcheck shell=bash
# Our source files, for checks: what git tracks, and what is new and not ignored.

# sources PATTERN…
sources() {
        git -C "$ROOT" ls-files --cached --others --exclude-standard -- "$@" | sort -u | while read -r file; do
                [ ! -f "$file" ] || printf '%s\n' "$file"
        done
}

# C files without their comments and string contents, every line prefixed with file:number:. For rules about code.
c_code() {
        awk -f "$ROOT/scripts/lib/c_code.awk" "$@" /dev/null
}

# grep for which finding nothing is no error.
match() {
        grep "$@" || [ $? = 1 ]
}

# Prints standard input under a heading and fails, if there is any: none_or "what to do".
none_or() {
        local found
        found=$(cat)
        [ -n "$found" ] || return 0
        printf '%s\n%s\n' "$1" "$found"
        return 1
}
