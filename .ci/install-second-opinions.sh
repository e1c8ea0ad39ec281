#!/bin/sh
# Installs the second opinions of `weir check --second-opinion` and of the tests into .weir/tools/bin, at pinned versions:
#   kubeconform   needs a Go toolchain
#   cfn-lint      needs Python 3 with venv
# A part whose toolchain is missing is left out and named; with --strict that is an error.
set -eu

KUBECONFORM=v0.7.0
CFN_LINT=1.58.0

cd "$(dirname "$0")/.."
tools="$PWD/.weir/tools"
mkdir -p "$tools/bin"
missing=""

if command -v go >/dev/null 2>&1; then
  GOBIN="$tools/bin" GOFLAGS=-mod=mod go install "github.com/yannh/kubeconform/cmd/kubeconform@$KUBECONFORM"
else
  missing="$missing kubeconform (no Go toolchain)"
fi

if command -v python3 >/dev/null 2>&1 && python3 -c 'import venv, ensurepip' >/dev/null 2>&1; then
  [ -x "$tools/python/bin/python" ] || python3 -m venv "$tools/python"
  "$tools/python/bin/pip" install --quiet --disable-pip-version-check "cfn-lint==$CFN_LINT"
  ln -sf "$tools/python/bin/cfn-lint" "$tools/bin/cfn-lint"
else
  missing="$missing cfn-lint (no Python 3 with venv)"
fi

if [ -n "$missing" ]; then
  echo "install-second-opinions: not installed:$missing" >&2
  [ "${1:-}" != --strict ] || exit 1
fi
