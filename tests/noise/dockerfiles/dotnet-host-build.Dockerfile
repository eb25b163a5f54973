FROM public.ecr.aws/lambda/dotnet:10
WORKDIR /var/task
COPY "bin/Release/lambda-publish" .
CMD ["Orders"]
