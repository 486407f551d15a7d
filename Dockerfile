# SPDX-License-Identifier: MIT
# One image for all of a site: its role is its command; see spawn/container.
#
#	docker build -t magnetiq:2.0.0 .
#	docker build --target dev .	for docker-compose.dev.yml
#
# BASE may be pinned: --build-arg BASE=debian:12-slim@sha256:...
ARG BASE=debian:12-slim

# The account of the site; its number is what a folder of the host belongs to.
FROM ${BASE} AS base
RUN groupadd --gid 10036 magnetiq && \
    useradd --uid 10036 --gid 10036 --no-create-home --home-dir /app \
        --shell /usr/sbin/nologin magnetiq

# What compiles.  The list of packages is spawn/packages, here as elsewhere.
FROM base AS tools
WORKDIR /src
COPY spawn/install spawn/packages spawn/
RUN spawn/install $(awk '/^build\t/ { print $2 }' spawn/packages)

FROM tools AS build
COPY . .
ARG CFLAGS="-O2 -g"
RUN autoreconf -i && \
    ./configure --prefix=/usr --sysconfdir=/etc --localstatedir=/var \
        --runstatedir=/run CFLAGS="$CFLAGS" && \
    make -j"$(nproc)" && \
    make install DESTDIR=/image && \
    LD_LIBRARY_PATH=/image/usr/lib spawn/libraries /image/usr/bin/magnetiq \
        /image/usr/sbin/magnetiq-fcgi /image/usr/sbin/magnetiq-jobs \
        >/image/usr/share/magnetiq/libraries

# A whole development site; the sources come from outside.
FROM tools AS dev
RUN spawn/install $(awk '/^run\t/ { print $2 }' spawn/packages) && \
    install -d -o magnetiq -g magnetiq -m 0750 /data
USER magnetiq
EXPOSE 8036 3036
HEALTHCHECK --interval=10s --timeout=10s --start-period=10m --retries=3 \
    CMD ["/data/prog/magnetiq", "healthcheck", "--port", "3036"]
CMD ["spawn/dev", "--state", "/data", "--no-install"]

# What runs: no compiler, and nothing that root would have to do.
FROM base
COPY spawn/install spawn/libraries spawn/packages spawn/sbom /tmp/spawn/
COPY nginx-conf/docs/README /tmp/nginx-conf/docs/
COPY --from=build /image/ /
RUN /tmp/spawn/install $(cat /usr/share/magnetiq/libraries) \
        $(awk '/^run\t/ { print $2 }' /tmp/spawn/packages) && \
    ldconfig && \
    /tmp/spawn/sbom "$(magnetiq --version | cut -d ' ' -f 2)" \
        /usr/bin/magnetiq /usr/sbin/magnetiq-fcgi /usr/sbin/magnetiq-jobs \
        >/usr/share/magnetiq/sbom.json && \
    rm -rf /tmp/spawn /tmp/nginx-conf /var/lib/apt/lists/* && \
    install -d -o magnetiq -g magnetiq -m 0750 /app /app/data \
        /app/data/media && \
    install -d -o magnetiq -g magnetiq -m 1770 /run/magnetiq && \
    install -d -o www-data -g magnetiq -m 0750 /etc/magnetiq \
        /var/cache/magnetiq /var/log/magnetiq && \
    install -d /var/lib/magnetiq-acme && \
    ln -s /dev/stdout /var/log/magnetiq/access.log && \
    ln -s /dev/stderr /var/log/magnetiq/nginx.log
ENV ENVIRONMENT=production API_SOCKET=/run/magnetiq/app.sock
WORKDIR /app
USER magnetiq
EXPOSE 80 443
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["magnetiq", "healthcheck", "--socket", "/tmp/app.sock"]
ENTRYPOINT ["/usr/libexec/magnetiq/container"]
CMD ["app"]
