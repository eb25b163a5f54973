FROM public.ecr.aws/docker/library/nginx:1.27
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter
COPY config/ /etc/nginx/
COPY images/ /usr/share/nginx/html/images
EXPOSE 8080
CMD ["nginx", "-g", "daemon off;"]
