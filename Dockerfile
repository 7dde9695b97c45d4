# Baton in a container: docker build -t baton . && docker run --rm -v "$PWD/runs:/baton/runs" baton train --preset tiny
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY . .
RUN npm ci --ignore-scripts && node scripts/build-package.ts && npm pack --ignore-scripts --pack-destination /tmp

FROM node:24-bookworm-slim
# What a workflow's code runs in has no network: bubblewrap isolates a system Python, where one is used.
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /tmp/baton-*.tgz /tmp/
RUN npm install --global --ignore-scripts /tmp/baton-*.tgz && rm /tmp/baton-*.tgz && install -d -o node -g node /baton
WORKDIR /baton
USER node
ENTRYPOINT ["baton"]
CMD ["--help"]
