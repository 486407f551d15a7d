# SPDX-License-Identifier: MIT
# One site: its folder, its processes, its state.
#
# Four processes keep the site: app and auth (a pool each), jobs, nginx.
# Behind each stands spawn/keep; DIR/run says which numbers they have.
services=(app auth jobs nginx)

# site_open DIR: set `site` to its folder under a name that is plain and
# short.  A socket's address has at most 107 bytes, and nginx and shells have
# opinions on odd characters; a folder with such a name gets a second one in
# /tmp, which it remembers.
site_open() {
	mkdir -p "$1" || die "cannot make $1; --state DIR chooses" \
	    "another folder"
	site=$(cd "$1" && pwd -P)
	[[ -w $site ]] || die "cannot write to $site; --state DIR" \
	    "chooses another folder"
	[[ ! $site =~ ^[A-Za-z0-9/._+-]{1,90}$ ]] || return 0
	local short link=$site/.short
	if [[ -L $link && $link/site -ef $site && -O $link/site ]]; then
		site=$(readlink "$link")/site
		return
	fi
	short=$(mktemp -d /tmp/mq.XXXXXX)
	ln -s "$site" "$short/site"
	ln -sfn "$short" "$link"
	site=$short/site
}

# site_folders: what a site consists of; nobody else may look inside.
site_folders() {
	local name
	chmod 700 "$site/."
	(cd "$site" && mkdir -p logs run tmp mail)
	for name in "$UPLOAD_DIR/public" "$UPLOAD_DIR/private" "$BACKUP_DIR"; do
		mkdir -p "$name" || die "cannot make $name"
	done
	[[ -z ${CLOCK_OFFSET_FILE:-} || -e $CLOCK_OFFSET_FILE ]] ||
	    echo 0 >"$CLOCK_OFFSET_FILE"
}

# site_lock: one start, stop or reload of a site at a time.
site_lock() {
	exec 9>"$site/.lock"
	flock -n 9 || { say "waiting for another spawn/dev of this site"
		flock 9; }
}

site_unlock() {
	exec 9>&-
}

# number FILE: the process in DIR/run/FILE, if it still is one of this site:
# they all live in its folder.  (After a crash of the machine the number may be
# somebody else's.)
number() {
	local pid
	read -r pid 2>/dev/null <"$site/run/$1" || return 1
	[[ /proc/$pid/cwd -ef $site ]] || return 1
	echo "$pid"
}

# start_one NAME SIGNAL COMMAND...: run COMMAND with nothing of the caller's
# open, in a session of its own.
start_one() {
	local name=$1 fd
	shift
	(
		cd "$site" || exit 1
		exec </dev/null >>"logs/$name.log" 2>&1
		for fd in /proc/"$BASHPID"/fd/*; do
			fd=${fd##*/}
			((fd < 3)) || eval "exec $fd>&-"
		done
		exec setsid "$@"
	) &
}

# start_pool NAME WORKERS BACKLOG NICE: multiwatch would give up for good a
# worker that dies four times within 50 ms; but a version that cannot start is
# followed by one that can.
start_pool() {
	rm -f "$site/$1.sock"
	MAGNETIQ_POOL=$1 start_one "$1" \
	    spawn-fcgi -n -s "$site/$1.sock" -M 0660 -b "$3" -- \
	    "$root/spawn/keep" "$site/run/$1" TERM \
	    "$(command -v multiwatch)" -f "$2" -t 50 -r 1000000 -- \
	    "$(command -v nice)" -n "$4" "$site/prog/magnetiq-fcgi"
}

start_service() {
	local old
	! number "$1.keep" >/dev/null || return 0
	# Whoever kept it is gone; so must be what it kept.
	! old=$(number "$1.pid") || kill -s KILL -- "-$old" 2>/dev/null
	case $1 in
	app)	start_pool app "$WORKERS" 1024 0 ;;
	auth)	# Hashing a password is work for a whole core; readers go
		# first.  Whoever replaces a dead worker is not slowed.
		start_pool auth "$AUTH_WORKERS" 128 10 ;;
	jobs)	start_one jobs "$root/spawn/keep" "$site/run/jobs" TERM \
		    "$site/prog/magnetiq-jobs" ;;
	nginx)	# Settings and their secrets are none of nginx's business; and
		# it does not take over a socket that a killed one left.
		rm -f "$site/run/nginx.ready"
		start_one nginx env -i PATH="$PATH" ${TZ:+TZ="$TZ"} \
		    "$root/spawn/keep" "$site/run/nginx" QUIT \
		    /bin/sh -c 'rm -f metrics.sock; exec "$0" "$@"' \
		    "$(command -v nginx)" -p "$site" -e logs/nginx.log \
		    -c nginx.conf ;;
	esac
}

# running: is every part of the site there?
running() {
	local name
	for name in "${services[@]}"; do
		number "$name.keep" >/dev/null && number "$name.pid" \
		    >/dev/null || return 1
	done
}

# answers: does the site answer?  It must be this site's nginx that does; that
# it has been asked too often is an answer as well.
answers() {
	local status
	number nginx.ready >/dev/null || return 1
	status=$(curl -sS -m 5 -o /dev/null -w '%{http_code}' --noproxy '*' \
	    "http://$(loopback):$API_PORT/api/v1/health" \
	    2>"$site/run/curl.err") || return 1
	[[ $status == 200 || $status == 429 ]] && return 0
	echo "status $status" >"$site/run/curl.err"
	return 1
}

loopback() {
	case $LISTEN_ADDRESS in
	0.0.0.0)	echo 127.0.0.1 ;;
	*)		echo "$LISTEN_ADDRESS" ;;
	esac
}

# ports_free: say who cannot listen before nginx says it in its log.
ports_free() {
	local port
	! number nginx.keep >/dev/null || return 0
	for port in "$SPA_PORT:spa" "$API_PORT:api"; do
		! (exec 3<>"/dev/tcp/$(loopback)/${port%:*}") 2>/dev/null ||
		    die "port ${port%:*} is taken by another program; choose" \
		        "another one with --${port#*:}-port"
	done
}

# database_make: a new database with the demo site, or an older one brought
# forward.
database_make() {
	if [[ -s $DATABASE_URL ]]; then
		"$MAGNETIQ" migrate >>"$site/logs/setup.log" 2>&1 ||
		    failed "magnetiq migrate failed" setup
		return
	fi
	say "making the database"
	"$MAGNETIQ" init-db >>"$site/logs/setup.log" 2>&1 ||
	    failed "magnetiq init-db failed" setup
	[[ -n $no_demo ]] || "$MAGNETIQ" seed-demo >>"$site/logs/setup.log" \
	    2>&1 || failed "magnetiq seed-demo failed" setup
}

# failed WHY LOG...: say why, show the end of the logs, and leave nothing.
failed() {
	local why=$1 name
	shift
	for name in "$@"; do
		tail -n 5 "$site/logs/$name.log" >&2 2>/dev/null
	done
	site_stop
	die "$why (logs are in $site/logs)"
}

# site_start: from whatever is there to a site that answers.
site_start() {
	local name n=0
	ports_free
	database_make
	nginx_write || true
	for name in "${services[@]}"; do
		start_service "$name"
	done
	until running && answers; do
		((++n < 150)) || failed "the site does not answer: $(cat \
		    "$site/run/curl.err" 2>/dev/null)" app jobs nginx
		sleep 0.1
	done
}

# end_service NAME: signal until it is gone.  (multiwatch needs a second one
# where the first came too early for its children.)
end_service() {
	local keeper child n
	child=$(number "$1.pid")
	for ((n = 0; n < 120; n++)); do
		keeper=$(number "$1.keep") || break
		((n % 4)) || kill -s TERM "$keeper" 2>/dev/null
		sleep 0.1
	done
	! keeper=$(number "$1.keep") || kill -s KILL "$keeper" 2>/dev/null
	[[ -z $child ]] || kill -s KILL -- "-$child" 2>/dev/null
	rm -f "$site/run/$1.keep" "$site/run/$1.pid"
}

# site_stop: nginx first, so that what was accepted is answered.
site_stop() {
	local name
	for name in nginx jobs auth app; do
		end_service "$name"
	done
	rm -f "$site"/{app,auth,metrics}.sock "$site"/run/*
}

# replaced OLD MAIN: wait until MAIN has none of the children OLD any more.
replaced() {
	local old=$1 n
	for ((n = 0; n < 200; n++)); do
		[[ -n $(comm -12 <(echo "$old") <(pgrep -P "$2" | sort)) ]] ||
		    return 0
		sleep 0.1
	done
	say "some old processes of nginx are still busy"
}

# site_upgrade: what upgrade.sh must know of this site.
site_upgrade() {
	programs=$site/prog supervisor=keep database=$DATABASE_URL
	sockets=([app]=$site/app.sock [auth]=$site/auth.sock)
	upgrade_as "$(stat -c %U "$database")"
}

# site_nginx: nginx learns what the new version says of its routes.
site_nginx() {
	local pid old
	nginx_write && pid=$(number nginx.pid) || return 0
	old=$(pgrep -P "$pid" | sort)
	kill -s HUP "$pid"
	replaced "$old" "$pid"
}

# site_reload: the programs just built take over, and no request is lost.
site_reload() {
	local n
	site_upgrade
	no_backup=1 no_return=1
	upgrade_to "$build" || exit 1
	site_nginx
	for ((n = 0; n < 100; n++)); do
		! { running && answers; } || return 0
		sleep 0.1
	done
	die "the site does not answer after the reload (logs are in" \
	    "$site/logs)"
}

addresses() {
	cat <<-END
	site and admin   http://localhost:$SPA_PORT
	API              http://localhost:$API_PORT/api/v1/health
	documentation    http://localhost:$API_PORT/docs
	END
	[[ $ENVIRONMENT == production || -n ${SMTP_HOST:-} ]] ||
	    echo "letters          http://localhost:$SPA_PORT/dev/mail"
}
