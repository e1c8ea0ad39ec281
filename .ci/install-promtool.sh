#!/bin/sh
# Installs promtool, which the oracle test of Prometheus's configuration asks, into .weir/tools/bin. Needs a Go toolchain,
# which verifies the modules against .ci/promtool/go.sum. Debian's own promtool is built without the discovery of
# Kubernetes, and refuses every configuration that has it; so this one is built with that discovery and no other.
set -eu

cd "$(dirname "$0")/.."
bin="$PWD/.weir/tools/bin"
mkdir -p "$bin"
cd .ci/promtool
GOFLAGS=-mod=readonly go build -trimpath -tags remove_all_sd,enable_kubernetes_sd -o "$bin/promtool" \
  github.com/prometheus/prometheus/cmd/promtool
"$bin/promtool" --version 2>&1 | head -n 1
