# Two stages: the toolchain stays behind, the image holds the binary and the roots of trust.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
COPY . .
RUN CARGO_PROFILE_RELEASE_STRIP=symbols cargo build --locked --release

FROM debian:bookworm-slim
# Without CA roots every request to a source fails.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /var/lib/fedcat --create-home fedcat
COPY --from=build /build/target/release/fedcat /usr/local/bin/fedcat
USER fedcat
WORKDIR /var/lib/fedcat
ENV FEDCAT__SERVER__LISTEN=0.0.0.0:8080
EXPOSE 8080
VOLUME /var/lib/fedcat
ENTRYPOINT ["fedcat"]
CMD ["serve"]
