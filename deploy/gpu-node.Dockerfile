# What an operator runs on a machine of their own. It dials out only; nothing has to be opened.
#
#   docker build -f deploy/gpu-node.Dockerfile -t obsidian-gpu-node .
#   docker run --init -e OBSIDIAN_SERVER_URL=https://example.org \
#     -v obsidian-node:/var/lib/obsidian-node obsidian-gpu-node

FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY domain domain
COPY platform platform
COPY gpu-node gpu-node
COPY scripts/build scripts/build
RUN node scripts/build/bundle.mjs .build/node gpu-node/main.ts gpu-node/synth/renderThread.ts

FROM node:20-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o node -g node -m 0700 /var/lib/obsidian-node
WORKDIR /app
# Every package that a node needs is bundled.
COPY --from=build /app/.build .build
COPY deploy/answers.mjs deploy/answers.mjs
ENV NODE_ENV=production NODE_DATA_DIR=/var/lib/obsidian-node
USER node
VOLUME /var/lib/obsidian-node
# A job in progress is finished before the node goes: stop it with `docker stop --time 120`.
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--", "node", ".build/node/run.mjs"]
CMD ["gpu-node/main.ts"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "deploy/answers.mjs", "http://127.0.0.1:8001/health"]
