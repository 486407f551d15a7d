# What nginx is told; spawn/dev fills in the blanks of a site.
nginxconfdir = $(pkgdatadir)/nginx-conf
dist_nginxconf_DATA = \
	nginx-conf/acme.conf \
	nginx-conf/alias-server.conf \
	nginx-conf/api-errors.conf \
	nginx-conf/api.conf \
	nginx-conf/auth-location.conf \
	nginx-conf/dev.conf \
	nginx-conf/errors.conf \
	nginx-conf/fastcgi.conf \
	nginx-conf/headers.conf \
	nginx-conf/html.conf \
	nginx-conf/http.conf \
	nginx-conf/json.conf \
	nginx-conf/logs.conf \
	nginx-conf/microcache-http.conf \
	nginx-conf/microcache.conf \
	nginx-conf/mime.conf \
	nginx-conf/policy.conf \
	nginx-conf/prod.conf \
	nginx-conf/redirect.conf \
	nginx-conf/server.conf \
	nginx-conf/site-errors.conf \
	nginx-conf/site.conf \
	nginx-conf/texts.conf \
	nginx-conf/tls-servers.conf \
	nginx-conf/tls.conf \
	nginx-conf/waiting.conf

swaggerdir = $(nginxconfdir)/docs
dist_swagger_DATA = \
	nginx-conf/docs/LICENSE.swagger-ui.txt \
	nginx-conf/docs/README \
	nginx-conf/docs/docs.js \
	nginx-conf/docs/index.html \
	nginx-conf/docs/swagger-ui-bundle.js \
	nginx-conf/docs/swagger-ui-bundle.js.LICENSE.txt \
	nginx-conf/docs/swagger-ui.css
