# SPDX-License-Identifier: MIT
# From one version to the next, and back, while the site serves; why it is
# done like this stands in doc/decisions/0014-upgrade.md.
#
# Until the link moves, nothing that serves is touched.  From then on
# PROGRAMS.upgrade holds what is going on; whoever finds it there goes on, or
# back.
#
# What the caller says: programs, supervisor, and
#	sockets     of the pools, by name
#	database    the file
gate_seconds=${MAGNETIQ_UPGRADE_PATIENCE:-20}
canary_seconds=$((gate_seconds / 4))
no_backup='' no_return=''
declare -A sockets=()

# Run as who owns the site's files, and no longer than we do ourselves.
as_site=(setpriv --pdeathsig TERM)
upgrade_as() {
	((EUID != 0)) || [[ $1 == root ]] ||
	    as_site+=(--reuid "$1" --regid "$(id -g "$1")" --init-groups)
}

# serves VERSION SOCKET [ADDRESS]: does a whole and good answer come from it?
serves() {
	"${as_site[@]}" "$1/magnetiq" healthcheck --socket "$2" "${@:3}"
}

# ---- beside the site ----

# rehearse_with VERSION: its worker answers from the copy that was migrated,
# on a socket of its own.
rehearse_with() {
	local pid n status=1 says
	says=$(programs_version "$1") || return 1
	(
		cd "$scratch" || exit 1
		exec 9>&- </dev/null >rehearsal.log 2>&1
		exec "${as_site[@]}" env DATABASE_URL="$scratch/magnetiq.db" \
		    STATE_DIR="$scratch" MAGNETIQ_POOL=app \
		    spawn-fcgi -n -s ask.sock -M 0600 -- "$1/magnetiq-fcgi"
	) &
	pid=$!
	for ((n = 0; n < 50; n++)); do
		[[ ! -S $scratch/ask.sock ]] || break
		sleep 0.05
	done
	(
		cd "$scratch" &&
		serves "$1" ask.sock --version "$says" &&
		serves "$1" ask.sock /api/v1/public/pages &&
		serves "$1" ask.sock /sitemap.xml
	) && status=0
	((status == 0)) || tail -n 3 "$scratch/rehearsal.log" >&2
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	rm -f "$scratch/ask.sock"
	return "$status"
}

# rehearse OLD NEW: all of it, on a copy of the database.
rehearse() {
	say "rehearsing on a copy of the database"
	"${as_site[@]}" "$2/magnetiq" migrate --dry-run --keep "$scratch/magnetiq.db" \
	    >"$scratch/migrate.log" 2>&1 || {
		tail -n 5 "$scratch/migrate.log" >&2
		say "the new version cannot bring the database forward"
		return 1
	}
	grep '^applied' "$scratch/migrate.log" >&2
	rehearse_with "$2" || { say "the new version does not serve"; return 1; }
	[[ -z $no_return ]] || return 0
	if ! "${as_site[@]}" env DATABASE_URL="$scratch/magnetiq.db" \
	    "$1/magnetiq" status >/dev/null || ! rehearse_with "$1"; then
		say "the version of now could not go on with what the new one" \
		    "makes of the database; with --no-return there is no way" \
		    "back but a backup"
		return 1
	fi
}

preflight() {
	local name version
	version=$(programs_version "$1") || {
		say "the new version does not start"; return 1; }
	for name in magnetiq-fcgi magnetiq-jobs; do
		[[ $("$1/$name" --version) == "$name $version" ]] || {
			say "$name is not of version $version"; return 1; }
	done
	"${as_site[@]}" "$1/magnetiq" config check 2>"$scratch/config.log" || {
		tail -n 3 "$scratch/config.log" >&2
		say "the new version does not like the settings"; return 1; }
}

# try OLD NEW: all that can be found out beforehand.
try() {
	preflight "$2" || return 1
	if [[ -z $no_backup ]]; then
		say "making a backup"
		"${as_site[@]}" "$1/magnetiq" backup >&2 || return 1
	fi
	rehearse "$@"
}

scratch_make() {
	scratch=$database.upgrade
	rm -rf "$scratch"
	"${as_site[@]}" mkdir -m 700 "$scratch"
}

# ---- the site itself ----

journal_write() {
	printf '%s\n' "${1##*/}" "${2##*/}" >"$programs.upgrade.new"
	sync "$programs.upgrade.new"
	mv "$programs.upgrade.new" "$programs.upgrade"
}

journal_read() {
	local old new
	{ read -r old && read -r new; } 2>/dev/null <"$programs.upgrade" ||
	    return 1
	journal_old=${programs%/*}/$old journal_new=${programs%/*}/$new
}

# told and wanted, by service: who was asked to go, and how many are to serve:
# as many as there were.
declare -A told=() wanted=()

# standing VERSION: a line for each process, if as many as wanted are there
# that are of VERSION, or have been told to go and are busy with what they had.
standing() {
	local name pid n
	for name in "${!wanted[@]}"; do
		n=0
		for pid in $(supervisor_processes "$name"); do
			if programs_run "$pid" "$1"; then
				echo "$name $pid new"
			elif [[ " ${told[$name]} " == *" $pid "* ]]; then
				echo "$name $pid old"
			else
				continue
			fi
			((++n))
		done
		((n >= wanted[$name])) || return 1
	done
}

# answer_all VERSION POOL: as many answers as should meet each of its workers,
# each of them good.
answer_all() {
	local n
	for ((n = 0; n < wanted[$2] * 2; n++)); do
		serves "$1" "${sockets[$2]}" || return 1
	done
}

# gate VERSION: are all there, do they stay, and answer?  2: yes, but for some
# who are busy.  3: they are there, and answer badly.
gate() {
	local pool these
	these=$(standing "$1") || return 1
	sleep 0.4
	[[ $these == "$(standing "$1")" ]] || return 1
	for pool in "${!sockets[@]}"; do
		[[ ! $these =~ (^|$'\n')$pool\ [0-9]+\ new ]] ||
		    answer_all "$1" "$pool" || return 3
	done
	[[ $these != *old* ]] || return 2
}

# gate_opens VERSION: wait for it; but who is there and answers badly three
# times will not get better.
gate_opens() {
	local end=$((SECONDS + gate_seconds)) state bad=0
	while :; do
		gate "$1" 2>"$scratch/gate.log"
		state=$?
		((state != 0)) || return 0
		((state != 3 || ++bad < 3)) || return 1
		((SECONDS < end)) || break
		sleep 0.1
	done
	((state == 2)) || return 1
	say "some old processes are still busy with what they had"
}

# canary VERSION PROCESS: has a worker of VERSION taken the place of PROCESS,
# does it stay, and does nobody answer badly?  One that cannot start is tried
# again all the time; it need not be for long.
canary() {
	local end=$((SECONDS + canary_seconds)) pid
	while ((SECONDS <= end)); do
		for pid in $(supervisor_processes app); do
			programs_run "$pid" "$1" || continue
			sleep 0.4
			[[ -d /proc/$pid ]] || continue
			answer_all "$1" app 2>"$scratch/gate.log"
			return
		done
		sleep 0.05
	done
	# Busy with what it had is no fault of the new version.
	[[ -d /proc/$2 ]]
}

# tell VERSION: who serves, and who of them is to go; the first of several
# workers alone, so that the others serve on if the next one does not.
tell() {
	local name pid n
	told=()
	for name in app auth jobs; do
		supervisor_runs "$name" || continue
		told[$name]='' n=0
		for pid in $(supervisor_processes "$name"); do
			((++n))
			programs_run "$pid" "$1" || told[$name]+=" $pid"
		done
		# One that cannot start is not always there to be counted.
		((n < ${wanted[$name]:-1})) || wanted[$name]=$n
		: "${wanted[$name]:=1}"
	done
	read -r pid _ <<<"${told[app]:-}"
	[[ -n $pid ]] && ((wanted[app] > 1)) || return 0
	supervisor_renew "$pid"
	canary "$1" "$pid"
}

# renew VERSION: everybody becomes one of VERSION, and answers as such.
renew() {
	local name pid version
	version=$(programs_version "$1") || return 1
	if ! tell "$1"; then
		not_up
		return 1
	fi
	for name in "${!wanted[@]}"; do
		for pid in ${told[$name]}; do
			programs_run "$pid" "$1" || supervisor_renew "$pid"
		done
	done
	gate_opens "$1" || { not_up; return 1; }
	for name in "${!sockets[@]}"; do
		[[ -z ${wanted[$name]:-} ]] ||
		    serves "$1" "${sockets[$name]}" --version "$version" ||
		    return 1
	done
}

not_up() {
	tail -n 1 "$scratch/gate.log" >&2 2>/dev/null
	say "the processes of this version do not come up"
}

# exchange OLD NEW: the site runs NEW, or, if that does not serve, OLD again.
exchange() {
	journal_write "$1" "$2"
	# From here on this is brought to an end, whoever wants it to stop.
	trap '' INT TERM HUP
	programs_point "$2"
	if renew "$2"; then
		programs_point "$1" "$programs.before"
		rm -f "$programs.upgrade"
		return 0
	fi
	go_back "$1"
	return 1
}

# go_back OLD: the version of before serves again, on the database as it is
# now: nothing that was written meanwhile is lost.
go_back() {
	say "the version of before serves again"
	programs_point "$1"
	renew "$1" || say "that one does not serve either"
	rm -f "$programs.upgrade"
}

# settle: bring to an end what was cut short.
settle() {
	journal_read || return 0
	say "an upgrade was cut short; bringing it to an end"
	trap '' INT TERM HUP
	if [[ ! $programs -ef $journal_new ]]; then
		go_back "$journal_old"
	elif renew "$journal_new"; then
		programs_point "$journal_old" "$programs.before"
		rm -f "$programs.upgrade"
	else
		go_back "$journal_old"
	fi
	trap - INT TERM HUP
}

# ---- what is asked for ----

# upgrade_to FOLDER: the programs in FOLDER take over.
upgrade_to() {
	local old taken
	scratch_make || return 1
	settle
	old=$(programs_now) || { say "there is no $programs"; return 1; }
	trap 'rm -rf "${taken:-}" "$scratch"; exit 1' INT TERM HUP
	if ! programs_take "$1" || ! try "$old" "$taken" ||
	    ! migrate "$taken"; then
		rm -rf "$taken" "$scratch"
		say "nothing was changed; the version of before goes on serving"
		return 1
	fi
	exchange "$old" "$taken"
	upgrade_end "$taken"
}

# The transaction of a migration is whole or not there at all, and a verified
# copy is made first.  Those who serve go on meanwhile.
migrate() {
	"${as_site[@]}" "$1/magnetiq" migrate >"$scratch/migrate.log" 2>&1 && return
	tail -n 5 "$scratch/migrate.log" >&2
	say "the database could not be brought forward"
	return 1
}

# upgrade_back: the version of before, by hand.
upgrade_back() {
	local old before
	scratch_make || return 1
	settle
	old=$(programs_now)
	before=$(programs_now "$programs.before") || {
		say "there is no version to go back to"; return 1; }
	"${as_site[@]}" "$before/magnetiq" status >/dev/null || {
		say "it cannot work on the database as it is now"; return 1; }
	exchange "$old" "$before"
	upgrade_end "$before"
}

# reload_all: all processes anew, of the version that is in place: a copy of
# it under another name, so that it is seen who is new.
reload_all() {
	local old taken
	scratch_make || return 1
	settle
	old=$(programs_now) && programs_take "$old/real" || return 1
	programs_point "$taken"
	renew "$taken"
	upgrade_end "$taken"
}

# upgrade_end VERSION: clean up; fails if it is not VERSION that serves.
upgrade_end() {
	rm -rf "$scratch"
	programs_sweep
	[[ $programs -ef $1 ]]
}
