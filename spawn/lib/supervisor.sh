# SPDX-License-Identifier: MIT
# Who keeps the processes of a site running, and how those of one service are
# replaced without losing a request.  $supervisor says which:
#
#	keep      spawn/keep, with multiwatch for the pools: their numbers are
#	          in $site/run
#	systemd   magnetiq-NAME.service, with multiwatch for the pools
#	template  magnetiq-NAME.socket, and magnetiq-worker@N.service for each
#	          worker (magnetiq-auth-worker@N.service)
#
# In all of them the listening socket stays open, so callers wait in its queue
# while a worker goes and the next one comes; and each starts another one for
# a process that has ended.  (systemctl reload would tell all workers of a
# pool at once.)

# supervisor_find: which of those of systemd is at work here?
supervisor_find() {
	if systemctl is-active --quiet magnetiq-app.socket; then
		supervisor=template
	else
		supervisor=systemd
	fi
}

# The units of a service that each are one worker.
supervisor_units() {
	local unit=magnetiq-worker
	[[ $1 == app ]] || unit=magnetiq-$1-worker
	systemctl list-units --plain --no-legend "$unit@*.service" |
	    awk '{ print $1 }'
}

supervisor_main() {
	local pid
	case $supervisor in
	keep)	number "$1.pid" ;;
	*)	pid=$(systemctl show -p MainPID --value "$1") &&
		    [[ -n $pid && $pid != 0 ]] && echo "$pid" ;;
	esac
}

# supervisor_runs SERVICE: is it to be there?
supervisor_runs() {
	case $supervisor/$1 in
	keep/*)			number "$1.keep" >/dev/null ;;
	template/jobs | systemd/*) systemctl is-active --quiet \
				    "magnetiq-$1.service" ;;
	template/*)		systemctl is-active --quiet \
				    "magnetiq-$1.socket" ;;
	esac
}

# supervisor_processes SERVICE: the numbers of those who serve for it, sorted.
supervisor_processes() {
	local main unit name=$1
	[[ $supervisor == keep ]] || name=magnetiq-$1.service
	if [[ $supervisor == template && $1 != jobs ]]; then
		for unit in $(supervisor_units "$1"); do
			supervisor_main "$unit"
		done
	elif main=$(supervisor_main "$name"); then
		if [[ $1 == jobs ]]; then echo "$main"; else
			pgrep -P "$main"
		fi
	fi | sort
}

# supervisor_renew PROCESS: this one finishes what it does and goes; its
# supervisor starts another, of the version that PROGRAMS leads to.
supervisor_renew() {
	kill -s USR2 "$1" 2>/dev/null
}
