"""Validates user data by the schema that cloud-init itself has. Exit status 1 when one is not valid."""

import hashlib
import sys
from pathlib import Path

import yaml
from cloudinit.config import schema


def documents(out):
    """Path and text of each user data: decoded beside templates, and inside Karpenter's node classes."""
    for path in sorted(Path(out).glob('*/cloudformation/*/userdata*.yaml')):
        # The first line is weir's; cloud-init's own begins the second.
        yield path, path.read_text().split('\n', maxsplit=1)[1]
    for path in sorted(Path(out).glob('*/kubernetes/*/ec2nodeclass.*.yaml')):
        yield path, yaml.safe_load(path.read_text())['spec']['userData']


def main():
    seen, failures, count = set(), 0, 0
    judge = schema.get_schema()
    for path, text in documents(sys.argv[1]):
        count += 1
        digest = hashlib.sha256(text.encode()).digest()
        if digest in seen:
            continue
        seen.add(digest)
        if not text.startswith('#cloud-config\n'):
            print(f'{path}: does not begin with #cloud-config')
            failures += 1
            continue
        try:
            schema.validate_cloudconfig_schema(yaml.safe_load(text), judge, strict=True)
        except schema.SchemaValidationError as problem:
            print(f'{path}: {problem}')
            failures += 1
    print(f'{count} user data, {len(seen)} distinct, {failures} not valid')
    return 1 if failures or count == 0 else 0


if __name__ == '__main__':
    sys.exit(main())
