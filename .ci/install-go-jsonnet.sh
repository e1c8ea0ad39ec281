#!/bin/sh
# Installs what the oracle tests and the Jsonnet benchmark compare with, into .weir/tools/bin:
#   jsonnet          the command of go-jsonnet, at the version below
#   jsonnet-oracle   .ci/oracle, the same release as a library
# Needs a Go toolchain. The Go command fetches the modules and verifies them against .ci/oracle/go.sum and the
# checksum database.
set -eu

VERSION=v0.22.0

cd "$(dirname "$0")/.."
bin="$PWD/.weir/tools/bin"
if ! command -v go >/dev/null 2>&1; then
  echo "install-go-jsonnet: no Go toolchain on the PATH; install one, or set WEIR_GO_JSONNET to a go-jsonnet binary" >&2
  exit 1
fi
grep -q "github.com/google/go-jsonnet $VERSION\$" .ci/oracle/go.mod || {
  echo "install-go-jsonnet: .ci/oracle/go.mod names another release than $VERSION" >&2
  exit 1
}
mkdir -p "$bin"
GOBIN="$bin" GOFLAGS=-mod=mod go install "github.com/google/go-jsonnet/cmd/jsonnet@$VERSION"
(cd .ci/oracle && GOFLAGS=-mod=readonly go build -trimpath -o "$bin/jsonnet-oracle" .)
"$bin/jsonnet" --version
