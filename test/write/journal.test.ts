/** A kill at any moment: no file is half-written, and the next command makes the tree wholly new or wholly old. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import type { Artifact } from '../../src/model.ts';
import { diskFiles, type FileOperations } from '../../src/write/files.ts';
import { commitChanges, type FileChange, recover } from '../../src/write/journal.ts';
import { planOutput, writeOutput } from '../../src/write/output.ts';
import { object, snapshot, temporaryRoot } from './support/artifacts.ts';

let root: string;
let dispose: () => void;
beforeEach(() => {
  ({ root, dispose } = temporaryRoot());
});
afterEach(() => dispose());

const scope = { clusters: ['a', 'b'], all: true };

class Killed extends Error {}

/** Dies before, or for writes in the middle of, operation number `moment`; every later operation finds a dead process. */
function dying(moment: number): { readonly files: FileOperations; readonly died: () => boolean } {
  let count = 0;
  const files = new Proxy(diskFiles, {
    get: (target, name) => {
      const operation = target[name as keyof FileOperations] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        count++;
        if (count === moment && (name === 'write' || name === 'writeDurably')) {
          const bytes = Buffer.from(args[1] as string);
          diskFiles.write(args[0] as string, bytes.subarray(0, bytes.length >> 1));
        }
        if (count >= moment) throw new Killed();
        return operation.apply(target, args);
      };
    },
  });
  return { files, died: () => count >= moment };
}

/** Generation `n` of a tree: most files change, some come, some go. */
function generation(n: number): readonly Artifact[] {
  return ['a', 'b'].flatMap((cluster) =>
    [0, 1, 2, 3, 4]
      .filter((index) => (index + n) % 4 !== 0)
      .map((index) => object(cluster, `o${index}`, { generation: n, text: 'x'.repeat(50 * index) })),
  );
}

function treeOf(artifacts: readonly Artifact[]): Record<string, string> {
  const other = temporaryRoot();
  writeOutput(other.root, artifacts, scope);
  const files = snapshot(other.root);
  other.dispose();
  return files;
}

describe('a process that dies', () => {
  const old = treeOf(generation(1));
  const fresh = treeOf(generation(2));

  test('at 200 moments of a compile: every file whole, then the tree wholly new or wholly old', () => {
    const whole = new Set([...Object.entries(old), ...Object.entries(fresh)].map(([path, text]) => `${path}\n${text}`));
    const outcomes = { old: 0, fresh: 0 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 60 }), (moment, second) => {
        const scene = temporaryRoot();
        try {
          writeOutput(scene.root, generation(1), scope);
          attempt(() => writeOutput(scene.root, generation(2), scope, dying(moment).files));
          for (const [path, text] of Object.entries(snapshot(scene.root))) expect(whole).toContain(`${path}\n${text}`);
          // The command that repairs may be killed too.
          attempt(() => recover(scene.root, dying(second).files));
          recover(scene.root);
          const after = snapshot(scene.root);
          const isOld = JSON.stringify(after) === JSON.stringify(old);
          outcomes[isOld ? 'old' : 'fresh']++;
          expect(after).toEqual(isOld ? old : fresh);
          expect(existsSync(join(scene.root, '.weir/journal.json'))).toBe(false);
        } finally {
          scene.dispose();
        }
      }),
      { numRuns: 200 },
    );
    // The moments lie on both sides of the decision.
    expect(outcomes.old).toBeGreaterThan(0);
    expect(outcomes.fresh).toBeGreaterThan(0);
  });

  test('with a journal that rolls back: the tree is as before, or the change was complete', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 250 }), fc.integer({ min: 1, max: 60 }), (moment, second) => {
        const scene = temporaryRoot();
        try {
          writeOutput(scene.root, generation(1), scope);
          const changes = changesTo(scene.root, generation(2));
          const process = dying(moment);
          attempt(() => commitChanges(scene.root, changes, { recovery: 'rollback', files: process.files }));
          const interrupted = existsSync(join(scene.root, '.weir/journal.json'));
          attempt(() => recover(scene.root, dying(second).files));
          recover(scene.root);
          const after = snapshot(scene.root);
          if (interrupted) expect(after).toEqual(old);
          else expect([JSON.stringify(old), JSON.stringify(fresh)]).toContain(JSON.stringify(after));
          if (!process.died()) expect(after).toEqual(fresh);
        } finally {
          scene.dispose();
        }
      }),
      { numRuns: 200 },
    );
  });

  test('by a real kill -9', async () => {
    const built = temporaryRoot();
    try {
      const repository = join(import.meta.dirname, '../..');
      const tsconfig = join(built.root, 'tsconfig.json');
      writeFileSync(
        tsconfig,
        JSON.stringify({
          extends: join(repository, 'tsconfig.json'),
          compilerOptions: {
            noEmit: false,
            rootDir: join(repository, 'src'),
            outDir: join(built.root, 'dist'),
            typeRoots: [join(repository, 'node_modules/@types')],
          },
          include: [join(repository, 'src/write')],
        }),
      );
      writeFileSync(join(built.root, 'package.json'), '{"type":"module"}');
      execFileSync(process.execPath, [join(repository, 'node_modules/typescript/bin/tsc'), '-p', tsconfig]);
      writeFileSync(
        join(built.root, 'child.js'),
        `import { writeOutput } from './dist/write/output.js';
         const [root, artifacts] = JSON.parse(process.argv[2]);
         process.stdout.write('go');
         writeOutput(root, artifacts, ${JSON.stringify(scope)});
         process.stdout.write('done');`,
      );
      const many = (n: number) =>
        ['a', 'b'].flatMap((cluster) =>
          Array.from({ length: 150 }, (_, index) => object(cluster, `o${index + n}`, { generation: n })),
        );
      const before = treeOf(many(1));
      const after = treeOf(many(2));
      let interrupted = 0;
      for (let round = 0; round < 12; round++) {
        const scene = temporaryRoot();
        writeOutput(scene.root, many(1), scope);
        const done = await killed(join(built.root, 'child.js'), JSON.stringify([scene.root, many(2)]), round * 3);
        if (!done) interrupted++;
        recover(scene.root);
        const tree = JSON.stringify(snapshot(scene.root));
        expect([JSON.stringify(before), JSON.stringify(after)]).toContain(tree);
        if (done) expect(tree).toBe(JSON.stringify(after));
        scene.dispose();
      }
      expect(interrupted).toBeGreaterThan(0);
    } finally {
      built.dispose();
    }
  });
});

/** Runs a program, kills it some milliseconds after it said that it began, and tells whether it had said that it was done. */
function killed(script: string, argument: string, delay: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (output === '') setTimeout(() => child.kill('SIGKILL'), delay);
      output += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', () => resolve(output.endsWith('done')));
  });
}

function attempt(run: () => unknown): void {
  try {
    run();
  } catch {
    // Killed, or a report of it: the dead process tells nobody.
  }
}

function changesTo(target: string, artifacts: readonly Artifact[]): readonly FileChange[] {
  const tree = {
    kind: (path: string) => diskFiles.kind(`${target}/${path}`),
    list: (path: string) => diskFiles.list(`${target}/${path}`),
    read: (path: string) => diskFiles.read(`${target}/${path}`),
  };
  return planOutput(tree, artifacts, scope).changes;
}

describe('a journal is input like any other', () => {
  function plant(journal: unknown): void {
    mkdirSync(join(root, '.weir/staging-0123456789abcdef'), { recursive: true });
    writeFileSync(join(root, '.weir/staging-0123456789abcdef/0'), 'planted');
    writeFileSync(join(root, '.weir/journal.json'), JSON.stringify(journal));
  }
  const entry = { path: 'out/a/x.yaml', action: 'write', replaces: false };
  const good = { version: 1, recovery: 'complete', staging: 'staging-0123456789abcdef', entries: [entry] };

  test('a good one is completed', () => {
    plant(good);
    expect(recover(root)).toEqual({ outcome: 'completed', files: 1 });
    expect(snapshot(root)).toEqual({ 'out/a/x.yaml': 'planted' });
    expect(recover(root)).toBeUndefined();
  });

  test.each([
    ['a path outside', { ...good, entries: [{ ...entry, path: '../x' }] }],
    ['another folder', { ...good, entries: [{ ...entry, path: 'src/cli.ts' }] }],
    ['a staging folder elsewhere', { ...good, staging: '../src' }],
    ['another version', { ...good, version: 2 }],
    ['no object', null],
    ['no entries', { ...good, entries: 7 }],
    ['an entry that is none', { ...good, entries: [null] }],
  ])('%s is refused', (_name, journal) => {
    plant(journal);
    expect(() => recover(root)).toThrow(UserError);
    expect(snapshot(root)).toEqual({});
  });

  test('a link on the way is not followed', () => {
    plant(good);
    mkdirSync(join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), join(root, 'out'));
    expect(() => recover(root)).toThrow('out is a symbolic link');
    expect(diskFiles.list(join(root, 'elsewhere'))).toEqual([]);
  });
});
