# shellcheck shell=bash
# What a test runner's output says about how many passed and failed.

# counts_of FILE: prints "<passed> <failed>". Knows cmocka, node --test, vitest and our own "N passed, N failed".
counts_of() {
        awk '
                { gsub(/\033\[[0-9;]*m|\r/, "") }
                /^\[  PASSED  \] [0-9]+ test/ { passed += $4 }
                /^\[  FAILED  \] [0-9]+ test/ { failed += $4 }
                /^(#|ℹ) pass [0-9]+$/ { passed += $3 }
                /^(#|ℹ) (fail|cancelled) [0-9]+$/ { failed += $3 }
                /^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3 }
                /^ +Tests  / {
                        for (i = 2; i < NF; i++) {
                                if ($(i + 1) ~ /^passed/) passed += $i
                                if ($(i + 1) ~ /^failed/) failed += $i
                        }
                }
                END { print passed + 0, failed + 0 }' "$1"
}
