#!/bin/sh
# An outside system that follows what happened to leads by REST: what proto/EVENTS.md says, with sh and curl alone. Prints
# each page of events as it comes, a line of JSON. Stopped and started again, it goes on where it was.
#
#   CAUCE_URL=http://localhost:8080 CAUCE_KEY=cauce_… sh events.sh
# Where it is, is kept in the file $CAUCE_PLACE (default: events.place).
set -eu
: "${CAUCE_URL:=http://localhost:8080}" "${CAUCE_KEY:?an API key with leads.lead:see}" "${CAUCE_PLACE:=events.place}"
page=$(mktemp)
trap 'rm -f "$page"' EXIT
trap 'exit 0' INT TERM

# The text of "next", which is made of letters that neither JSON nor an address needs to escape.
next_of() {
        sed -n 's/.*"next":"\([^"]*\)".*/\1/p' "$1"
}

after=latest wait=0
[ ! -s "$CAUCE_PLACE" ] || after=$(cat "$CAUCE_PLACE")
while :; do
        status=$(curl -sS -m 90 -o "$page" -w '%{http_code}' -H "Authorization: Bearer $CAUCE_KEY" \
                "$CAUCE_URL/api/v1/events?modules=leads.lead&after=$after&wait=$wait") || status=000
        case $status in
        200) ;;
        000 | 429 | 5??) sleep 1; continue ;; # away for a moment: the same again, nothing is lost
        *) cat "$page" >&2; exit 1 ;;
        esac
        grep -q '"items":\[\]' "$page" || { cat "$page"; echo; }
        # Only now is the page done with.
        after=$(next_of "$page")
        printf '%s\n' "$after" >"$CAUCE_PLACE.new"
        mv "$CAUCE_PLACE.new" "$CAUCE_PLACE"
        wait=30
done
