/** Git plumbing on real repositories, shallow clones and hostile content among them. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkTree } from '../../src/load/tree.ts';
import {
  changedLines,
  defaultBranch,
  history,
  isChanged,
  mergeBase,
  objectIds,
  openRevision,
  resolveCommit,
  uncommitted,
} from '../../src/tools/git.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'weir-git-')));
const env = { PATH: process.env.PATH, HOME: folder };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let clock = Date.UTC(2026, 0, 1) / 1000;

function git(root: string, ...args: string[]): string {
  clock += 3600;
  const result = spawnSync(
    'git',
    ['-c', 'user.name=n', '-c', 'user.email=n@example.org', '-c', 'init.defaultBranch=main', ...args],
    {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...env,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_DATE: `${clock} +0200`,
        GIT_COMMITTER_DATE: `${clock} +0200`,
      },
    },
  );
  if (result.status !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`);
  return result.stdout.trim();
}

function put(root: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function commit(root: string, message: string): string {
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '--allow-empty', '-m', message);
  return git(root, 'rev-parse', 'HEAD');
}

function newRepository(name: string): string {
  const root = join(folder, name);
  mkdirSync(root);
  git(root, 'init', '-q');
  return root;
}

function message(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('a revision as a tree', () => {
  const root = newRepository('tree');
  let first = '';
  beforeAll(() => {
    put(root, 'clusters/a.yaml', 'id: 1\n');
    put(root, 'clusters/é ü.yaml', 'x\n');
    put(root, 'channels/beta/channel.yaml', 'k: 1\n');
    put(root, 'channels/beta/bytes', new Uint8Array([0, 255, 10, 13, 10, 0]));
    put(root, 'channels/beta/empty', '');
    put(root, 'run.sh', '#!/bin/sh\n');
    chmodSync(join(root, 'run.sh'), 0o755);
    symlinkSync('/etc/passwd', join(root, 'clusters/link.yaml'));
    first = commit(root, 'first');
    put(root, 'clusters/a.yaml', 'id: 2\n');
    rmSync(join(root, 'channels'), { recursive: true });
    commit(root, 'second');
    git(root, 'tag', 'v1', first);
  });

  test('has the files, directories and links of that commit, whatever the work tree says', () => {
    const tree = openRevision(root, 'HEAD~1', env);
    expect(tree.commit).toBe(first);
    expect(tree.label).toBe(`HEAD~1 (${first.slice(0, 12)})`);
    expect(tree.list('')).toEqual([
      { name: 'channels', kind: 'directory' },
      { name: 'clusters', kind: 'directory' },
      { name: 'run.sh', kind: 'file' },
    ]);
    expect(tree.list('clusters').map(({ name, kind }) => [name, kind])).toEqual([
      ['a.yaml', 'file'],
      ['link.yaml', 'symlink'],
      ['é ü.yaml', 'file'],
    ]);
    expect(tree.kind('channels/beta')).toBe('directory');
    expect(tree.kind('channels/gamma')).toBeUndefined();
    expect(tree.list('channels/gamma')).toEqual([]);
    expect(new TextDecoder().decode(tree.read('clusters/a.yaml'))).toBe('id: 1\n');
    expect(tree.read('channels/beta/bytes')).toEqual(new Uint8Array([0, 255, 10, 13, 10, 0]));
    expect(tree.read('channels/beta/empty')).toEqual(new Uint8Array());
    expect(tree.read('clusters/b.yaml')).toBeUndefined();
    expect(tree.objectId('clusters/a.yaml')).toMatch(/^[0-9a-f]{40}$/);
    expect(tree.objectId('clusters/a.yaml')).not.toBe(openRevision(root, 'HEAD', env).objectId('clusters/a.yaml'));
  });

  test('does not follow links, and reads no directory', () => {
    const tree = openRevision(root, 'v1', env);
    expect(message(() => tree.read('clusters/link.yaml'))).toContain('clusters/link.yaml is a symbolic link in v1');
    expect(message(() => tree.read('clusters'))).toContain('clusters is not a file in v1');
  });

  test('of a folder of the work tree has paths below that folder', () => {
    const tree = openRevision(join(root, 'clusters'), 'HEAD', env);
    expect(new TextDecoder().decode(tree.read('a.yaml'))).toBe('id: 2\n');
    expect(openRevision(join(root, 'clusters'), first, env).label).toBe(first.slice(0, 12));
  });

  test('reads the same bytes as the work tree', () => {
    git(root, 'checkout', '-q', first);
    const [revision, work] = [openRevision(root, first, env), openWorkTree(root)];
    const compare = (path: string): void => {
      for (const { name, kind } of work.list(path)) {
        if (name === '.git') continue;
        const child = path === '' ? name : `${path}/${name}`;
        expect(revision.kind(child)).toBe(kind);
        if (kind === 'directory') compare(child);
        if (kind === 'file')
          expect(Buffer.from(revision.read(child) ?? [1])).toEqual(Buffer.from(work.read(child) ?? [2]));
      }
    };
    compare('');
    git(root, 'checkout', '-q', 'main');
  });
});

describe('what cannot be found is said in words', () => {
  const root = newRepository('words');
  beforeAll(() => void commit(root, 'only'));

  test('an unknown revision', () => {
    expect(message(() => resolveCommit(root, 'mian', env))).toBe(
      'git knows no revision "mian" here; is it spelled right, and fetched?',
    );
    expect(message(() => openRevision(root, 'origin/main', env))).toBe(
      'git knows no revision "origin/main" here; fetch it first: git fetch',
    );
  });

  test.each(['--all', '-n1', '', 'a b', 'a..b', 'HEAD\n'])('%j is no revision', (revision) => {
    expect(message(() => resolveCommit(root, revision, env))).toContain('is no revision');
  });

  test('a folder without git', () => {
    const bare = join(folder, 'plain');
    mkdirSync(bare);
    expect(message(() => openRevision(bare, 'HEAD', { ...env, GIT_CEILING_DIRECTORIES: folder }))).toContain(
      'is no git work tree',
    );
  });

  test('no git at all', () => {
    expect(message(() => openRevision(root, 'HEAD', { PATH: folder }))).toContain('git is not on the PATH');
  });

  test('branches without a common ancestor', () => {
    git(root, 'checkout', '-q', '--orphan', 'other');
    commit(root, 'other root');
    expect(message(() => mergeBase(root, 'main', 'other', env))).toBe(
      'main and other have no common ancestor here; they share no history: name another base',
    );
  });
});

describe('history', () => {
  const root = newRepository('history');
  const ids: string[] = [];
  beforeAll(() => {
    put(root, 'channels/beta/a', '1');
    ids.push(commit(root, 'one'));
    put(root, 'channels/beta/b', '1');
    ids.push(commit(root, 'two'));
    git(root, 'checkout', '-q', '-b', 'feature');
    put(root, 'channels/beta/a', '2');
    commit(root, 'inside the branch');
    put(root, 'channels/beta/a', '3');
    commit(root, 'inside the branch, again');
    git(root, 'checkout', '-q', 'main');
    put(root, 'readme', 'x');
    commit(root, 'elsewhere');
    git(root, 'merge', '-q', '--no-ff', '-m', 'merge\tfeature', 'feature');
    ids.push(git(root, 'rev-parse', 'HEAD'));
  });

  test('of a path: first parents only, newest first, with dates in UTC', () => {
    const { commits, complete } = history(root, { revision: 'main', paths: ['channels/beta/a'] }, env);
    expect(commits.map(({ subject }) => subject)).toEqual(['merge\tfeature', 'one']);
    expect(commits.map(({ id }) => id)).toEqual([ids[2], ids[0]]);
    expect(commits[0]?.date).toMatch(/^2026-01-\d\dT\d\d:00:00Z$/);
    expect(complete).toBe(true);
    expect(commits.some(({ boundary }) => boundary)).toBe(false);
  });

  test('of several paths, of all, and limited', () => {
    expect(history(root, { revision: 'main', paths: ['channels', 'readme'] }, env).commits).toHaveLength(4);
    expect(history(root, { revision: 'main', paths: [] }, env).commits).toHaveLength(4);
    expect(history(root, { revision: 'main', paths: [], limit: 2 }, env).commits).toHaveLength(2);
    expect(history(root, { revision: 'main', paths: ['nothing'] }, env).commits).toEqual([]);
  });

  test('object ids tell where a folder had the same content', () => {
    const found = objectIds(root, [...ids, resolveCommit(root, 'feature', env)], 'channels/beta', env);
    expect(new Set([...found.values()]).size).toBe(3);
    expect(found.get(ids[2] ?? '')).toBe(found.get(resolveCommit(root, 'feature', env)));
    expect(objectIds(root, ids, 'channels/gamma', env).get(ids[0] ?? '')).toBeUndefined();
  });

  test('the merge base of a branch is where it began', () => {
    expect(mergeBase(root, 'main~1', 'feature', env)).toBe(ids[1]);
  });

  test('a shallow clone says that it cannot tell', () => {
    const clone = join(folder, 'shallow');
    git(folder, 'clone', '-q', '--depth', '2', `file://${root}`, clone);
    const { commits, complete } = history(clone, { revision: 'main', paths: ['channels/beta/b'] }, env);
    expect(complete).toBe(false);
    // The boundary seems to have made the file, and says that it may not have.
    expect(commits).toMatchObject([{ boundary: true }]);
    expect(message(() => resolveCommit(clone, ids[0] ?? '', env))).toContain('this clone is shallow: fetch it first');
    expect(message(() => resolveCommit(clone, 'origin/other', env))).toContain('"fetch-depth: 0"');
    expect(defaultBranch(clone, env)).toBe('origin/main');
    expect(history(root, { revision: 'main', paths: [] }, env).complete).toBe(true);
  });

  test('a clone with a filter says what to do, and asks no server', () => {
    const clone = join(folder, 'filtered');
    git(root, 'config', 'uploadpack.allowFilter', 'true');
    git(folder, 'clone', '-q', '--no-checkout', '--filter=blob:none', `file://${root}`, clone);
    expect(message(() => openRevision(clone, 'main', env).read('readme'))).toContain(
      'this clone was made with a filter and lacks files: git fetch --refetch --no-filter',
    );
  });

  test('a work tree with changes lists them', () => {
    put(root, 'channels/beta/a', '4');
    put(root, 'channels/beta/new file', '');
    expect(uncommitted(root, ['channels'], env)).toEqual(['channels/beta/a', 'channels/beta/new file']);
    expect(uncommitted(join(root, 'channels'), ['.'], env)).toEqual(['beta/a', 'beta/new file']);
    expect(uncommitted(root, ['readme'], env)).toEqual([]);
    git(root, 'checkout', '-q', '.');
    rmSync(join(root, 'channels/beta/new file'));
  });
});

describe('changed lines', () => {
  const root = newRepository('lines');
  beforeAll(() => {
    put(root, 'clusters/a.yaml', 'a\nb\nc\nd\ne\n');
    put(root, 'clusters/same.yaml', 'x\n');
    put(root, 'clusters/gone.yaml', 'x\n');
    put(root, 'clusters/crlf.yaml', 'x\ny\n');
    commit(root, 'base');
    put(root, 'clusters/a.yaml', 'a\nB\nc\nc2\nd\n');
    put(root, 'clusters/new.yaml', 'x\ny\n');
    put(root, 'clusters/crlf.yaml', 'x\r\ny\r\n');
    rmSync(join(root, 'clusters/gone.yaml'));
  });

  test('are those that are new or changed; a deletion marks where it was', () => {
    const changed = changedLines(openRevision(root, 'HEAD', env), openWorkTree(root), ['clusters']);
    expect([...changed]).toEqual([
      [
        'clusters/a.yaml',
        [
          { first: 2, last: 2 },
          { first: 4, last: 5 },
        ],
      ],
      ['clusters/new.yaml', [{ first: 1, last: 2 }]],
    ]);
    expect(isChanged(changed, { file: 'clusters/a.yaml', line: 4 })).toBe(true);
    expect(isChanged(changed, { file: 'clusters/a.yaml', line: 3 })).toBe(false);
    expect(isChanged(changed, { file: 'clusters/same.yaml', line: 1 })).toBe(false);
  });
});

describe('a hostile repository', () => {
  test('cannot make git run a program or hide a change', () => {
    const root = newRepository('hostile');
    const mark = join(folder, 'mark');
    const script = `touch ${mark}`;
    put(root, 'clusters/a.yaml', 'a\n');
    put(root, '.gitattributes', '*.yaml diff=evil filter=evil -text binary\n');
    commit(root, 'base');
    put(root, 'clusters/a.yaml', 'b\n');
    // As if a checkout had been tampered with: the worst that a local configuration can say.
    for (const [name, value] of [
      ['core.fsmonitor', script],
      ['core.pager', script],
      ['diff.external', script],
      ['diff.evil.textconv', script],
      ['diff.evil.command', script],
      ['log.showSignature', 'true'],
      ['gpg.program', script],
      ['core.sshCommand', script],
    ] as const) {
      git(root, 'config', name, value);
    }
    const tree = openRevision(root, 'HEAD', env);
    expect(new TextDecoder().decode(tree.read('clusters/a.yaml'))).toBe('a\n');
    expect([...changedLines(tree, openWorkTree(root), ['clusters']).keys()]).toEqual(['clusters/a.yaml']);
    history(root, { revision: 'HEAD', paths: ['clusters'] }, env);
    expect(uncommitted(root, ['clusters'], env)).toEqual(['clusters/a.yaml']);
    expect(existsSync(mark)).toBe(false);
  });

  test('variables of a hook are not about our root', () => {
    const root = newRepository('hook');
    put(root, 'f', 'x');
    const id = commit(root, 'c');
    const tree = openRevision(root, 'HEAD', { ...env, GIT_DIR: '/nonexistent', GIT_INDEX_FILE: '/nonexistent' });
    expect(tree.commit).toBe(id);
  });

  test('names in a crafted tree do not become paths', () => {
    const root = newRepository('crafted');
    put(root, 'f', 'x');
    commit(root, 'c');
    const blob = git(root, 'rev-parse', 'HEAD:f');
    const made = spawnSync('git', ['mktree', '--missing'], {
      cwd: root,
      encoding: 'utf8',
      env: { ...env },
      input: `100644 blob ${blob}\t..\n100644 blob ${blob}\ta\\b\n`,
    });
    const id = git(root, 'commit-tree', '-m', 'crafted', made.stdout.trim());
    const tree = openRevision(root, id, env);
    expect(tree.list('').map(({ name, kind }) => [name, kind])).toEqual([
      ['..', 'other'],
      ['a\\b', 'other'],
    ]);
    expect(message(() => tree.read('..'))).toContain('is not a file');
  });
});
