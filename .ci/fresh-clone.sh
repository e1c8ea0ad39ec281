#!/bin/sh
# The README's first command as a new user has it: an empty folder, a clone, and a PATH with node, npm, git and sh alone.
# The committed out/ must be what it compiles to.
set -eu

cd "$(dirname "$0")/.."
source="$PWD"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
for name in node npm npx git sh env; do
  ln -s "$(command -v "$name")" "$work/bin/$name"
done
cd "$work"
git clone --quiet "$source" clone
cd clone
begin=$(date +%s)
PATH="$work/bin" npm ci --no-audit --no-fund >/dev/null
end=$(date +%s)
echo "npm ci: $((end - begin)) s"
PATH="$work/bin" npx weir compile
changes=$(git status --porcelain -- out)
if [ -n "$changes" ]; then
  echo "out/ differs from what the sources compile to:" >&2
  echo "$changes" | head -20 >&2
  exit 1
fi
