# SPDX-License-Identifier: MIT
# The settings of one site.  DIR/env holds them all: what the caller's
# environment says wins, then what DIR/env said before, then what suits
# development.

# Every setting of magnetiq.env(5), and the few of this runner at the end.
setting_names=(
	ENVIRONMENT DEBUG LOG_LEVEL SITE_URL
	SECRET_KEY SECRET_KEY_FILE SECRET_KEY_PREVIOUS SECRET_KEY_PREVIOUS_FILE
	DATABASE_URL SQLITE_CACHE_SIZE STATE_DIR
	UPLOAD_DIR MAX_FILE_SIZE ALLOWED_FILE_TYPES TEMPLATE_DIR PDFTOTEXT
	ALLOWED_ORIGINS ALLOWED_METHODS ALLOWED_HEADERS TRUSTED_PROXIES
	SMTP_HOST SMTP_PORT SMTP_USER SMTP_USERNAME SMTP_PASSWORD
	SMTP_PASSWORD_FILE SMTP_FROM_EMAIL SMTP_FROM_NAME SMTP_TLS
	SMTP_PER_MINUTE SMTP_PER_HOUR SMTP_DOMAIN_PER_MINUTE
	SMTP_DKIM_SELECTOR DNS_SERVER
	ALERT_EMAIL WATCH_URL SLOW_QUERY_MS
	BACKUP_DIR BACKUP_KEEP NGINX_LOG_DIR EGRESS_ALLOW EGRESS_CA_FILE
	WORKERS AUTH_WORKERS METRICS_PORT RATE_LIMITS MICROCACHE
	SITE_ALIASES TLS_CERTIFICATE TLS_KEY TLS_CERTIFICATE_RSA ACME_DIR
	HTTP_PORT HTTPS_PORT HSTS_SUBDOMAINS
	CLOCK_OFFSET_FILE
	LISTEN_ADDRESS SPA_PORT API_PORT
)
# Those that are paths, and so must mean the same from any folder.
setting_paths=" SECRET_KEY_FILE SECRET_KEY_PREVIOUS_FILE SMTP_PASSWORD_FILE
DATABASE_URL UPLOAD_DIR TEMPLATE_DIR BACKUP_DIR NGINX_LOG_DIR CLOCK_OFFSET_FILE
TLS_CERTIFICATE TLS_KEY TLS_CERTIFICATE_RSA ACME_DIR EGRESS_CA_FILE "
setting_paths=${setting_paths//$'\n'/ }

declare -A setting=()

# env_read FILE ARRAY: the variables that FILE sets, into ARRAY.
env_read() {
	local -n into=$2
	local pair
	while IFS= read -r -d '' pair; do
		# shellcheck disable=SC2034 # into is the caller's array
		into[${pair%%=*}]=${pair#*=}
	done < <(env -i sh -c '. "$1" && exec env -0' sh "$1")
}

# absolute NAME VALUE: a path as the caller meant it, and as plain path.
absolute() {
	local value=$2
	if [[ $1 == DATABASE_URL ]]; then
		[[ $value =~ ^sqlite(\+[a-z]+)?:///(.*)$ ]] &&
		    value=${BASH_REMATCH[2]}
		[[ $value == *:* ]] && { echo "$value"; return; }
	fi
	[[ $value == /* ]] || value=$PWD/$value
	echo "$value"
}

# A shell that has read another site's env is full of what belongs to that
# site alone; its user does not mean it for this one.
forget_other_site() {
	local name
	local -A other=()
	[[ -n ${STATE_DIR:-} && $STATE_DIR != "$site" && -r $STATE_DIR/env ]] ||
	    return 0
	env_read "$STATE_DIR/env" other
	for name in STATE_DIR DATABASE_URL UPLOAD_DIR BACKUP_DIR NGINX_LOG_DIR \
	    CLOCK_OFFSET_FILE SECRET_KEY SITE_URL SPA_PORT API_PORT; do
		[[ ${!name:-} != "${other[$name]:-}" ]] || unset "$name"
	done
}

# What nobody has said.
presets() {
	local -n s=setting
	: "${s[ENVIRONMENT]:=development}"
	: "${s[LISTEN_ADDRESS]:=127.0.0.1}"
	: "${s[SPA_PORT]:=8036}" "${s[API_PORT]:=3036}"
	: "${s[WORKERS]:=4}" "${s[AUTH_WORKERS]:=1}"
	: "${s[DATABASE_URL]:=$site/magnetiq.db}"
	: "${s[UPLOAD_DIR]:=$site/media}"
	: "${s[BACKUP_DIR]:=$site/backups}"
	: "${s[NGINX_LOG_DIR]:=$site/logs}"
	s[STATE_DIR]=$site
	[[ -n ${s[SECRET_KEY]:-}${s[SECRET_KEY_FILE]:-} ]] ||
	    s[SECRET_KEY]=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
	[[ ${s[ENVIRONMENT]} == production ]] ||
	    : "${s[SITE_URL]:=http://localhost:${s[SPA_PORT]}}"
	[[ ${s[ENVIRONMENT]} != test ]] ||
	    : "${s[CLOCK_OFFSET_FILE]:=$site/clock-offset}"
}

# settings_load: fill `setting` for the site in $site.  Options of the command
# line stand in `option` under the setting's name.
settings_load() {
	local name value
	local -A before=()
	[[ ! -e $site/env ]] || env_read "$site/env" before
	forget_other_site
	# A preset address follows its port.
	[[ ${before[SITE_URL]:-} != "http://localhost:${before[SPA_PORT]:-}" ]] ||
	    unset 'before[SITE_URL]'
	for name in "${setting_names[@]}"; do
		# A site that was moved keeps its files below it.
		value=${before[$name]:-}
		[[ -z ${before[STATE_DIR]:-} ||
		    $value != "${before[STATE_DIR]}"/* ]] ||
		    value=$site${value#"${before[STATE_DIR]}"}
		if [[ -n ${!name:-} ]]; then
			value=${!name}
			[[ $setting_paths != *" $name "* ]] ||
			    value=$(absolute "$name" "$value")
		fi
		value=${option[$name]:-$value}
		[[ -z $value ]] || setting[$name]=$value
	done
	presets
	settings_check
}

# What this runner itself reads must be sane; the rest the program checks.
settings_check() {
	local name
	for name in SPA_PORT API_PORT WORKERS AUTH_WORKERS; do
		[[ ${setting[$name]} =~ ^[1-9][0-9]{0,4}$ ]] ||
		    die "$name must be a number: ${setting[$name]}"
	done
	((setting[SPA_PORT] < 65536 && setting[API_PORT] < 65536)) ||
	    die "a port is at most 65535"
	[[ ${setting[SPA_PORT]} != "${setting[API_PORT]}" ]] ||
	    die "SPA_PORT and API_PORT must differ"
	[[ ${setting[LISTEN_ADDRESS]} =~ ^[0-9a-fA-F.:]+$|^\[[0-9a-fA-F:]+\]$ ]] ||
	    die "LISTEN_ADDRESS must be an address:" \
	        "${setting[LISTEN_ADDRESS]}"
	[[ ${setting[MAX_FILE_SIZE]:-1} =~ ^[1-9][0-9]{0,14}$ ]] ||
	    die "MAX_FILE_SIZE must be a number of bytes:" \
	        "${setting[MAX_FILE_SIZE]}"
}

# settings_write: make DIR/env, and take over what it says.
settings_write() {
	local name
	{
		echo "# The settings of the site in $site, written by" \
		    "spawn/dev."
		echo "# Read by:  . '$site/env'"
		for name in "${setting_names[@]}"; do
			[[ -z ${setting[$name]:-} ]] ||
			    env_line "$name" "${setting[$name]}"
		done
		env_line MAGNETIQ "$site/prog/magnetiq"
	} >"$site/env.new"
	chmod 600 "$site/env.new"
	mv "$site/env.new" "$site/env"
	# shellcheck disable=SC1091 # made a moment ago
	. "$site/env"
}

env_line() {
	printf "export %s='%s'\n" "$1" "${2//\'/\'\\\'\'}"
}
