FROM bref/php-84-fpm:2
COPY --from=bref/extra-redis-php-84:1 /opt /opt
COPY . /var/task
CMD ["public/index.php"]
