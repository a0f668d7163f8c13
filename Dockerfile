# docker build -t talk2me .          --build-arg FFMPEG=true adds ffmpeg for formats beyond the built-in ones
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN mkdir -p public
ENV NEXT_OUTPUT=standalone
RUN npm run build

FROM node:24-bookworm-slim
ARG FFMPEG=false
RUN if [ "$FFMPEG" = true ]; then \
      apt-get update \
      && apt-get install -y --no-install-recommends ffmpeg \
      && rm -rf /var/lib/apt/lists/*; \
    fi
WORKDIR /app
# By name: Next also traces sources and documents into this folder that nothing here reads.
COPY --from=build /app/.next/standalone/server.js /app/.next/standalone/package.json ./
COPY --from=build /app/.next/standalone/node_modules ./node_modules
COPY --from=build /app/.next/standalone/.next ./.next
COPY --from=build /app/.next/static ./.next/static
COPY --from=build /app/public ./public
# The start script checks the configuration before it becomes the server; it and what it reads are not part of the bundle.
COPY --from=build /app/scripts/start.ts ./scripts/start.ts
COPY --from=build /app/lib/base ./lib/base
COPY --from=build /app/lib/config ./lib/config
COPY --from=build /app/node_modules/zod ./node_modules/zod
RUN mkdir /data && chown node:node /data

# The allocator's variable returns freed upload buffers to the system; see docs/architecture.md.
ENV NODE_ENV=production \
    NEXT_TELEMETRY_DISABLED=1 \
    MALLOC_MMAP_THRESHOLD_=65536 \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "scripts/start.ts", "--no-env-file"]
