# docker build -t throughline . && docker run -p 3000:3000 -v throughline:/data throughline
# With DATABASE_URL it uses that Postgres; without, it runs its own on the volume.
FROM node:24-bookworm-slim

ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 DATA_DIR=/data LOG_FORMAT=json
WORKDIR /app
RUN chown node:node /app && mkdir /data && chown node:node /data
USER node

COPY --chown=node:node package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --include=dev
COPY --chown=node:node . .
RUN node scripts/build.mjs

VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT||3000}/api/health/live`).then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# Not npm: it would be process 1 and not pass the stop signal on.
# The young generation, in MiB: docs/decisions/0126-processor-time.md.
CMD ["node", "--max-semi-space-size=32", "--heap-growing-percent=50", "--disable-warning=DEP0169", "scripts/start.mjs"]
