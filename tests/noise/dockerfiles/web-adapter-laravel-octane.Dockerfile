FROM composer:2 AS vendor
WORKDIR /app
COPY composer.json composer.lock ./
RUN composer install --no-dev --no-scripts --prefer-dist --optimize-autoloader
FROM dunglas/frankenphp:1-php8.4
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:0.9.1 /lambda-adapter /opt/extensions/lambda-adapter
RUN install-php-extensions pdo_mysql redis opcache
WORKDIR /app
COPY . .
COPY --from=vendor /app/vendor ./vendor
ENV SERVER_NAME=":8080" XDG_CONFIG_HOME=/tmp XDG_DATA_HOME=/tmp LOG_CHANNEL=stderr VIEW_COMPILED_PATH=/tmp
ENTRYPOINT ["php", "artisan", "octane:frankenphp", "--host=0.0.0.0", "--port=8080"]
