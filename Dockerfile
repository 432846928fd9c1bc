# One program and its C library: no shell, no package manager, no root.
#
#   docker build -t campus-org .
#   docker run -p 127.0.0.1:8080:8080 -v campus-org:/data -e CAMPUS_ORG_ADMIN_KEY=… campus-org
#
# CAMPUS_ORG_ADMIN_KEY is the secret of the first key, of at least 40 characters. Without it the
# service makes one and writes it to /data/campus-org-admin.key.

FROM rust:1.95-bookworm AS build
WORKDIR /build

# Dependencies first, from the manifests alone. This layer is built again only when they change,
# not when the code does.
COPY Cargo.toml Cargo.lock ./
COPY bench/Cargo.toml bench/
COPY entity/Cargo.toml entity/
COPY migration/Cargo.toml migration/
COPY xtask/Cargo.toml xtask/
RUN mkdir -p src bench/src entity/src migration/src xtask/src \
    && echo 'fn main() {}' | tee src/main.rs bench/src/floor.rs > xtask/src/main.rs \
    && touch src/lib.rs entity/src/lib.rs migration/src/lib.rs \
    && cargo build --release --locked --bin campus-org

# cargo compares modification times, and the copied files may be older than the placeholders.
COPY src src
COPY entity/src entity/src
COPY migration/src migration/src
COPY openapi openapi
RUN find src entity migration -name '*.rs' -exec touch {} + \
    && cargo build --release --locked --bin campus-org \
    && mkdir -p /image/data \
    && cp target/release/campus-org /image/

FROM gcr.io/distroless/cc-debian12:nonroot
LABEL org.opencontainers.image.title="campus-org" \
      org.opencontainers.image.description="A dated directory of a university's Party organisation behind a REST API" \
      org.opencontainers.image.source="https://github.com/campus-org/campus-org" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY LICENSE-MIT LICENSE-APACHE /licenses/
COPY --from=build /image/campus-org /campus-org
# A volume takes the owner of the folder on which it is mounted.
COPY --from=build --chown=65532:65532 /image/data /data

ENV DATABASE_URL=sqlite:///data/campus-org.db \
    CAMPUS_ORG_CREATE=true \
    CAMPUS_ORG_LISTEN=0.0.0.0:8080
USER 65532:65532
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["/campus-org", "healthcheck"]
ENTRYPOINT ["/campus-org"]
CMD ["serve"]
