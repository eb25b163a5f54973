FROM docker.io/rocker/r-ver:4.4.1
RUN Rscript -e "install.packages(c('lambdr', 'jsonlite'))"
RUN mkdir /lambda
COPY runtime.R /lambda
RUN chmod 755 -R /lambda
WORKDIR /lambda
ENTRYPOINT Rscript runtime.R
CMD ["parity"]
