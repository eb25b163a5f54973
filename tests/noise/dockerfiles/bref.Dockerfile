FROM bref/php-84-fpm:3
COPY . /var/task
CMD [ "public/index.php" ]
