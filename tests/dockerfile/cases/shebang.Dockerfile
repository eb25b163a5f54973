#!/usr/bin/env docker
FROM a
