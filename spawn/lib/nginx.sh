# SPDX-License-Identifier: MIT
# The nginx configuration of a site: nginx-conf/ with the blanks filled in.

# nginx_blanks: the blanks that depend on settings alone, whoever keeps the
# site; the caller has declared `blank` and filled in where things lie.
nginx_blanks() {
	local name limits
	blank[REAL_IP]='' blank[RATE_ZONES]='' blank[CACHE_ZONE]=''
	blank[MICROCACHE]='' blank[LIMIT_AUTH]='' blank[LIMIT_REGISTRATION]=''
	blank[LIMIT_DOWNLOAD]='' blank[LIMIT_API]=''
	blank[UPLOAD_LIMIT]=$(upload_limit)
	blank[HSTS]=''
	! truth "${HSTS_SUBDOMAINS:-off}" || blank[HSTS]="; includeSubDomains"
	if truth "${MICROCACHE:-off}"; then
		blank[CACHE_ZONE]="include nginx/microcache-http.conf;"
		blank[MICROCACHE]="include nginx/microcache.conf;"
	fi
	for name in ${TRUSTED_PROXIES:+${TRUSTED_PROXIES//,/ }}; do
		blank[REAL_IP]+="set_real_ip_from $name; "
	done
	[[ -z ${blank[REAL_IP]} ]] ||
	    blank[REAL_IP]+="real_ip_header X-Forwarded-For; real_ip_recursive on;"
	limits=$(rate_limits)
	[[ -z $limits ]] || rate_blanks "$limits"
}

# nginx_blanks_dev: those of a site that spawn/dev keeps.
nginx_blanks_dev() {
	local host=${SITE_URL:-}
	host=${host#*://}
	host=${host%%[:/]*}
	blank=(
		[SITE]=$site [LOG_DIR]=logs [TMP_DIR]=tmp
		[USER]=
		[ADDRESS]=$LISTEN_ADDRESS
		[SPA_PORT]=$SPA_PORT
		[API_PORT]=$API_PORT
		[HOSTS]="localhost 127.0.0.1"
		[UPLOAD_DIR]=$UPLOAD_DIR
		[DOCS_DIR]=$root/nginx-conf/docs
		[SPA_DIR]=$root/spa/dist
	)
	[[ -z $host || " ${blank[HOSTS]} " == *" $host "* ]] ||
	    blank[HOSTS]+=" $host"
	# As root the whole site is root's; nginx must reach its sockets.
	((EUID != 0)) || blank[USER]="user root;"
	nginx_blanks
}

# rate_limits: the limits in force, as `auth=5/60,...`; nothing if off.
rate_limits() {
	local usual=auth=5/60,registration=3/60,download=10/300,api=100/60
	case ${RATE_LIMITS:-} in
	'')		[[ $ENVIRONMENT != production ]] || echo "$usual" ;;
	*=*)		echo "$usual,$RATE_LIMITS" ;;
	*)		! truth "$RATE_LIMITS" || echo "$usual" ;;
	esac
}

# rate_blanks LIMITS: a zone for each class; of one named twice the last
# counts.  nginx knows whole requests a minute only, so a slower limit is the
# worker's alone to keep.
rate_blanks() {
	local class count seconds rate
	local -A limit=()
	while IFS='=/' read -r class count seconds; do
		limit[${class// /}]="$count $seconds"
	done < <(tr ',' '\n' <<<"$1")
	blank[RATE_ZONES]="limit_req_status 429; limit_req_log_level info;"
	for class in "${!limit[@]}"; do
		read -r count seconds <<<"${limit[$class]}"
		rate=$((count * 60 / seconds))
		blank[RATE_ZONES]+=" limit_req_zone \$binary_remote_addr"
		blank[RATE_ZONES]+=" zone=$class:2m rate=$((rate ? rate : 1))r/m;"
		blank[LIMIT_${class^^}]="limit_req zone=$class"
		blank[LIMIT_${class^^}]+=" burst=$((count > 1 ? count - 1 : 1)) nodelay;"
	done
}

truth() {
	[[ ${1,,} =~ ^(on|true|yes|1)$ ]]
}

# The limit of an upload: the program's own, and 64 KiB that multipart adds.
upload_limit() {
	local size=${MAX_FILE_SIZE:-}
	[[ -n $size ]] || size=$((10 << 20))
	[[ -n ${MAX_FILE_SIZE:-} || $ENVIRONMENT != production ]] ||
	    size=$((50 << 20))
	echo $((size + (64 << 10)))
}

# fill FILE: print it with each @NAME@ replaced.
fill() {
	local line name
	while IFS= read -r line || [[ -n $line ]]; do
		while [[ $line =~ @([A-Z][A-Z0-9_]*)@ ]]; do
			name=${BASH_REMATCH[1]}
			[[ -v blank[$name] ]] || die "$1: what is @$name@?"
			line=${line//"@$name@"/"${blank[$name]}"}
		done
		printf '%s\n' "$line"
	done <"$1"
}

# auth_routes: a location for each door that hashes a password, as the
# program's own table of routes says.
auth_routes() {
	local path
	"$MAGNETIQ" routes --nginx-auth | while read -r path; do
		if [[ $path == *'{'* ]]; then
			path="~ ^$(sed 's/{[^}]*}/[^\/]+/g' <<<"$path")$"
		else
			path="= $path"
		fi
		echo "location $path { include nginx/auth-location.conf; }"
	done
}

# nginx_fill FROM TO NAME...: fill in all of FROM but the NAMEs, which lack
# their blanks here.
nginx_fill() {
	local from=$1 to=$2 file name
	shift 2
	rm -rf "$to"
	mkdir -p "$to" || die "cannot write $to"
	for file in "$from"/*.conf; do
		name=${file##*/}
		[[ " $* " != *" ${name%.conf} "* ]] || continue
		fill "$file" >"$to/$name" || exit 1
	done
	auth_routes >"$to/auth-routes.conf"
}

# nginx_write: write DIR/nginx.conf and DIR/nginx/, and let nginx check them.
# Returns 1 if nothing has changed.
nginx_write() {
	local -A blank=()
	nginx_blanks_dev
	nginx_fill "$root/nginx-conf" "$site/nginx.new" \
	    acme alias-server prod redirect tls tls-servers waiting
	if [[ -e $site/nginx.conf ]] &&
	    diff -rq "$site/nginx" "$site/nginx.new" >/dev/null 2>&1; then
		rm -rf "$site/nginx.new"
		return 1
	fi
	rm -rf "$site/nginx"
	mv "$site/nginx.new" "$site/nginx"
	cp "$site/nginx/dev.conf" "$site/nginx.conf"
	(
		cd "$site" && exec >>logs/nginx.log 2>&1 &&
		nginx -p "$site" -e logs/nginx.log -c nginx.conf -t -q
	) || die "nginx refuses its configuration: $(tail -n 3 \
	    "$site/logs/nginx.log")"
	return 0
}
