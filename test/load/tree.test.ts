/** The work tree as a source: nothing outside the root is read, links are not followed. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { InternalError, UserError } from '../../src/errors.ts';
import { loadWithProblems } from '../../src/load/repository.ts';
import { openWorkTree } from '../../src/load/tree.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'weir-tree-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const root = join(folder, 'root');
mkdirSync(join(root, 'a/b'), { recursive: true });
writeFileSync(join(folder, 'outside'), 'secret');
writeFileSync(join(root, 'a/file'), 'text');
writeFileSync(join(root, 'a/Z'), '');
writeFileSync(join(root, 'a/é'), '');
symlinkSync('../../outside', join(root, 'a/link'));
symlinkSync('../a', join(root, 'a/b/loop'));
spawnSync('mkfifo', [join(root, 'a/pipe')]);

const tree = openWorkTree(root);

describe('a work tree', () => {
  test('lists by code units, with what each entry is', () => {
    expect(tree.list('a')).toEqual([
      { name: 'Z', kind: 'file' },
      { name: 'b', kind: 'directory' },
      { name: 'file', kind: 'file' },
      { name: 'link', kind: 'symlink' },
      { name: 'pipe', kind: 'other' },
      { name: 'é', kind: 'file' },
    ]);
    expect(tree.list('missing')).toEqual([]);
    expect(tree.list('a/file')).toEqual([]);
  });

  test('reads files', () => {
    expect(new TextDecoder().decode(tree.read('a/file'))).toBe('text');
    expect(tree.read('a/missing')).toBeUndefined();
    expect(tree.read('missing/file')).toBeUndefined();
    expect(tree.read('a/file/more')).toBeUndefined();
    expect(tree.kind('')).toBe('directory');
    expect(tree.kind('a/b')).toBe('directory');
    expect(tree.kind('a/link')).toBe('symlink');
  });

  test.each([
    ['a link', 'a/link', 'a/link is a symbolic link'],
    ['a directory', 'a/b', 'a/b is not a file'],
    ['a pipe, without waiting for it', 'a/pipe', 'a/pipe is not a file'],
    ['a path through a link', 'a/b/loop/file', 'a/b/loop is a symbolic link'],
  ])('does not read %s', (_name, path, message) => {
    expect(() => tree.read(path)).toThrow(UserError);
    expect(() => tree.read(path)).toThrow(message);
  });

  test.each(['../outside', '/etc/passwd', 'a/../../outside', 'a//b', './a', 'a\\b', 'a\0b'])(
    '%j is no path in it',
    (path) => {
      expect(() => tree.read(path)).toThrow(InternalError);
      expect(() => tree.list(path)).toThrow(InternalError);
    },
  );

  test('of no directory cannot be opened', () => {
    expect(() => openWorkTree(join(folder, 'nothing'))).toThrow(UserError);
    expect(() => openWorkTree(join(root, 'a/file'))).toThrow('is not a directory that can be read');
  });
});

test('folders of a repository that are links are problems, not ways out', () => {
  const linked = join(folder, 'linked');
  mkdirSync(linked);
  symlinkSync('/etc', join(linked, 'clusters'));
  symlinkSync('/etc', join(linked, 'channels'));
  const { problems } = loadWithProblems(openWorkTree(linked));
  expect(problems.map(({ message }) => message)).toEqual([
    'channels is a symbolic link where a directory should be',
    'clusters is a symbolic link where a directory should be',
  ]);
});
