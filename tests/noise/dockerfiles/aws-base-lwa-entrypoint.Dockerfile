FROM public.ecr.aws/lambda/nodejs:22
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:0.9.1 /lambda-adapter /opt/extensions/lambda-adapter
COPY package*.json server.js ./
RUN npm ci --omit=dev
ENV PORT=8080
ENTRYPOINT ["node"]
CMD ["server.js"]
