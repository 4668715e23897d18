# The whole image: docker build -t postern .
# The last stage alone, from what was built outside into DIR/image (postern, and empty folders posts and keys):
# docker build --target image --build-context build=DIR .
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN mkdir -p /image/posts /image/keys && \
    CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /image/postern ./cmd/postern

FROM scratch AS image
COPY --from=build --chown=65532:65532 /image /
USER 65532:65532
ENV POSTERN_POSTS=/posts POSTERN_KEYS=/keys POSTERN_ADMIN=127.0.0.1:9222
VOLUME ["/posts", "/keys"]
EXPOSE 2222
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s CMD ["/postern", "health"]
ENTRYPOINT ["/postern"]
CMD ["serve"]
