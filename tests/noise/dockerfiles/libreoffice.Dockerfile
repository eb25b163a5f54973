FROM public.ecr.aws/lambda/nodejs:24-x86_64
RUN dnf install -y tar gzip cups-libs libxslt && dnf clean all
RUN mkdir /build && cd /build \
    && curl -sL https://example.com/office.tar.gz | tar xz \
    && rpm -Uvh */RPMS/*.rpm && rm -rf /build
ENV HOME=/tmp
COPY dist ./
CMD ["index.handler"]
