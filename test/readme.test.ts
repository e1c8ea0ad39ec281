/** The README's tour, run as a new user would: a clone of the repository, its commands one after the other. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'weir-readme-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Block {
  readonly text: string;
  readonly fails: boolean;
}

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const tour: readonly Block[] = [...readme.matchAll(/^```sh tour( fails)?\n([\s\S]*?)^```$/gm)].map((match) => ({
  text: match[2]!,
  fails: match[1] !== undefined,
}));

beforeAll(() => {
  for (const name of ['channels', 'clusters', 'out', 'schemas', 'docs', 'dist', 'package.json', '.gitignore']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  // `npx weir` in a clone runs the built command; the shim spares npm's start.
  writeFileSync(join(folder, 'npx'), '#!/bin/sh\nshift\nexec node dist/cli.js "$@"\n', { mode: 0o755 });
  writeFileSync(join(folder, '.gitignore'), `${readFileSync(join(root, '.gitignore'), 'utf8')}\nnpx\n`);
  const git = (...parameters: readonly string[]) => {
    const identity = ['-c', 'user.name=weir', '-c', 'user.email=weir@example.org', '-c', 'commit.gpgsign=false'];
    const result = spawnSync('git', [...identity, ...parameters], { cwd: folder, encoding: 'utf8' });
    if (result.status !== 0) throw new Error(`git ${parameters.join(' ')}: ${result.stderr}`);
  };
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'the repository');
});

describe('the tour', () => {
  test('there is one', () => {
    expect(tour.length).toBeGreaterThan(4);
  });

  test.each(tour.map((block, index) => [index + 1, block] as const))('step %i', (_, block) => {
    const result = spawnSync('sh', ['-eu', '-c', block.text], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, NO_COLOR: '1' },
    });
    const said = `${result.stdout}${result.stderr}`;
    if (block.fails) {
      expect(result.status, said).toBe(1);
      expect(said).toMatch(/did you mean/i);
    } else expect(result.status, said).toBe(0);
    expect(said).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)$/m);
  });

  test('every command of the table exists', () => {
    const help = spawnSync('node', ['dist/cli.js', '--help'], { cwd: folder, encoding: 'utf8' }).stdout;
    for (const [, command] of readme.matchAll(/^\| `weir ([a-z]+)/gm)) expect(help).toContain(`\n  ${command} `);
  });
});
