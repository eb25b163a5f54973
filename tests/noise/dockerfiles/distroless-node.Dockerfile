FROM node:22 AS build
RUN apt-get update && apt-get install -y g++ make cmake unzip libcurl4-openssl-dev
WORKDIR /function
COPY package*.json ./
RUN npm ci && npm install aws-lambda-ric@3.3.0
COPY . .
FROM gcr.io/distroless/nodejs22-debian12
WORKDIR /function
COPY --from=build /function /function
ENTRYPOINT ["/nodejs/bin/node", "/function/node_modules/aws-lambda-ric/bin/index.mjs"]
CMD ["index.handler"]
