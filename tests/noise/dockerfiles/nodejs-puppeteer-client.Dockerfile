ARG FUNCTION_DIR="/function"
FROM node:24-bookworm AS build
ARG FUNCTION_DIR
RUN apt-get update && apt-get install -y g++ make cmake unzip libcurl4-openssl-dev
WORKDIR ${FUNCTION_DIR}
COPY package*.json ./
RUN npm ci && npm install aws-lambda-ric

FROM node:24-bookworm-slim
ARG FUNCTION_DIR
RUN apt-get update && apt-get install -y chromium --no-install-recommends && rm -rf /var/lib/apt/lists/*
ENV NPM_CONFIG_CACHE=/tmp/.npm PUPPETEER_EXECUTABLE_PATH=/usr/bin/chromium PUPPETEER_SKIP_DOWNLOAD=true
WORKDIR ${FUNCTION_DIR}
COPY --from=build ${FUNCTION_DIR} ./
COPY index.js ./
ENTRYPOINT ["/usr/local/bin/npx", "aws-lambda-ric"]
CMD ["index.handler"]
