# shellcheck shell=bash
# A test run as a list of parts, each a command whose output says how many passed and failed; the total at the end.

PARTS_PASSED=0
PARTS_FAILED=0
PARTS_TABLE=
PARTS_PID=
PARTS_LOGS=$ROOT/build/test

# Suites of tests live here, so that what a killed test leaves behind is found.
parts_begin() {
        mkdir -p "$PARTS_LOGS"
        CAUCE_TEST_DIR=$(mktemp -d /tmp/cauce-test-XXXXXX)
        chmod 755 "$CAUCE_TEST_DIR"
        export CAUCE_TEST_DIR
        trap parts_sweep EXIT
}

# part NAME COMMAND…: a command that fails without counting a failure, or that counts nothing, is one failure.
part() {
        local name=$1 log=$PARTS_LOGS/$1.log code=0 passed failed began=$SECONDS
        shift
        printf '\n== %s\n' "$name"
        # Not through a pipe: what a test leaves running would hold it open.
        : >"$log"
        "$@" >>"$log" 2>&1 &
        PARTS_PID=$!
        tail -s 0.2 -n +1 -f --pid="$PARTS_PID" "$log"
        wait "$PARTS_PID" || code=$?
        PARTS_PID=
        read -r passed failed < <(counts_of "$log")
        if [ "$failed" = 0 ] && { [ "$code" != 0 ] || [ "$passed" = 0 ]; }; then
                printf '%s: ended with status %d, %d passed: counted as a failure\n' "$name" "$code" "$passed"
                failed=1
        fi
        PARTS_PASSED=$((PARTS_PASSED + passed)) PARTS_FAILED=$((PARTS_FAILED + failed))
        PARTS_TABLE+=$(printf '%-12s %5d passed %4d failed %5d s' "$name" "$passed" "$failed" $((SECONDS - began)))$'\n'
}

# part_node FOLDER NAMES BUT ARGUMENT…: Node's tests in a folder of tests/, files of these names but those; the rest goes to node.
part_node() {
        local folder=$1 names=$2 but=$3
        local -a files
        shift 3
        mapfile -t files < <(find "$ROOT/tests/$folder" -name "$names" -not -name "$but" -not -path '*/node_modules/*' 2>/dev/null | sort)
        [ "${#files[@]}" -gt 0 ] || { printf 'there are no tests/%s/%s\n' "$folder" "$names"; return 1; }
        node --test --test-reporter=spec "$@" "${files[@]}" </dev/null
}

# Pids of what a test started and left running: all that it starts knows CAUCE_TEST_DIR (suites, which do not, are found
# by their folder). What ends by itself in a moment is not meant.
parts_strays() {
        local pid
        local -a pids
        mapfile -t pids < <(grep -lzx "CAUCE_TEST_DIR=$CAUCE_TEST_DIR" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3)
        sleep 0.5
        for pid in "${pids[@]}"; do
                ! grep -qzx "CAUCE_TEST_DIR=$CAUCE_TEST_DIR" "/proc/$pid/environ" 2>/dev/null || printf '%s\n' "$pid"
        done
}

# Ends what a test left running; how much there was counts as failures.
parts_sweep() {
        local folder pid left=0
        local -a strays
        [ -d "$CAUCE_TEST_DIR" ] || return 0
        [ -z "$PARTS_PID" ] || kill "$PARTS_PID" || true # interrupted
        for folder in "$CAUCE_TEST_DIR"/suite-*; do
                [ -d "$folder/service" ] || continue
                left=$((left + 1))
                printf 'a test left its suite running: %s\n' "$folder"
                CAUCE_RUN=$folder "$ROOT/scripts/stop" || true
        done
        mapfile -t strays < <(parts_strays)
        for pid in "${strays[@]}"; do
                printf 'a test left this running: %s %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline")"
        done
        if [ "${#strays[@]}" -gt 0 ]; then
                left=$((left + 1))
                kill "${strays[@]}" 2>/dev/null || true
        fi
        PARTS_FAILED=$((PARTS_FAILED + left))
        [ -n "${CAUCE_KEEP:-}" ] || rm -rf "$CAUCE_TEST_DIR"
}

# The table and, last, the one line that sums all.
parts_end() {
        parts_sweep
        trap - EXIT
        printf '\n%s\n%d passed, %d failed\n' "$PARTS_TABLE" "$PARTS_PASSED" "$PARTS_FAILED"
        [ "$PARTS_FAILED" = 0 ]
}
