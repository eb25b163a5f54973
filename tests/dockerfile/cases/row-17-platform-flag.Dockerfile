FROM --platform=$BUILDPLATFORM a AS b
