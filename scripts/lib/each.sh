# shellcheck shell=bash
# The same thing done for many, as many at a time as there are cores.

EACH_PASSED=0
EACH_FAILED=0

# each FUNCTION ITEM…: calls FUNCTION with each item. What it writes is printed in the items' order, but for its last line,
# "<passed> <failed>", which is added to EACH_PASSED and EACH_FAILED.
each() {
        local function=$1 folder item passed failed i=0
        shift
        folder=$(mktemp -d)
        for item in "$@"; do
                while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
                "$function" "$item" >"$folder/$i" &
                i=$((i + 1))
        done
        wait
        for ((i = 0; i < $#; i++)); do
                sed '$d' "$folder/$i"
                read -r passed failed < <(tail -n 1 "$folder/$i")
                EACH_PASSED=$((EACH_PASSED + passed)) EACH_FAILED=$((EACH_FAILED + failed))
        done
        rm -r "$folder"
}
