FROM php:8.4-cli-alpine
COPY --from=composer:2 /usr/bin/composer /usr/bin/composer
WORKDIR /var/task
COPY composer.json composer.lock ./
RUN composer install --no-dev
COPY --chmod=755 runtime/bootstrap /var/runtime/bootstrap
COPY src src
ENTRYPOINT ["/var/runtime/bootstrap"]
CMD ["index.handler"]
