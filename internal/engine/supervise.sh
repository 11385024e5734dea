# Tandem's supervisor of one database engine: starts it, starts it again when it dies, stops it.
#
#   sh -c "$script" tandem-engine <instance> <signal> <scratch> <attached|detached> <command>...
#
# SIGTERM stops the engine with <signal> and ends the supervisor. An attached supervisor also ends
# when its standard input closes, so when its parent is gone for whatever reason. If nobody else will,
# it removes the directory <scratch>, if one is named.
#
# What happens to the engine is told on standard output, a line each: "started <pid>",
# "died <exit status>", "gave up".

signal=$2 scratch=$3 mode=$4
shift 4

ulimit -c 0 # an engine that aborts leaves no core in its data
engine='' ending='' failures=0
end() {
	ending=$1
	[ -z "$engine" ] || kill -s "$signal" "$engine" 2>/dev/null
}
tell() { echo "$@" 2>/dev/null; }
trap 'end stopped' TERM
trap 'end orphaned' HUP
trap : PIPE INT QUIT

exec 3<&0 </dev/null
watcher=''
if [ "$mode" = attached ]; then
	# The group goes with the parent even if the supervisor itself was killed.
	{ while read -r _; do :; done; kill -s HUP $$ || kill -s KILL -- -$$; } <&3 >/dev/null 2>&1 &
	watcher=$!
fi

while [ -z "$ending" ]; do
	began=$(date +%s)
	"$@" 3<&- >&2 &
	engine=$!
	[ -z "$ending" ] || end "$ending"
	tell started "$engine"
	status=0
	# A signal interrupts wait; the engine is gone when it cannot be waited for any more.
	while kill -0 "$engine" 2>/dev/null; do
		wait "$engine"
		status=$?
		[ "$status" -ne 127 ] || break
	done
	engine=''
	[ -z "$ending" ] || break
	tell died "$status"
	if [ $(($(date +%s) - began)) -lt 3 ]; then failures=$((failures + 1)); else failures=0; fi
	if [ "$failures" -ge 5 ]; then
		tell gave up
		break
	fi
	sleep 0.1
done

[ -z "$watcher" ] || kill "$watcher" 2>/dev/null
# A parent that lives removes the directory itself: it may want to start the engine again.
if [ "$mode" = detached ] || [ "$ending" = orphaned ]; then
	[ -z "$scratch" ] || rm -rf -- "$scratch"
fi
