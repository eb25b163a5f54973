FROM public.ecr.aws/docker/library/node:24-alpine
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter
WORKDIR /var/task/build
COPY package*.json ./
RUN npm ci --omit=dev
COPY build ./
CMD ["npm", "run", "start"]
