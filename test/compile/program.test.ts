/** The built program: the same bytes whatever the jobs, the locale, the time zone and the order of files on the disk. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { snapshot } from '../write/support/artifacts.ts';
import { expectedOutput } from './support/fleet.ts';

const repository = join(import.meta.dirname, '../..');
let built: string;
beforeAll(() => {
  built = mkdtempSync(join(tmpdir(), 'weir-built-'));
  execFileSync(process.execPath, [
    join(repository, 'node_modules/typescript/bin/tsc'),
    ...['-p', join(repository, 'tsconfig.build.json'), '--outDir', join(built, 'dist'), '--sourceMap', 'false'],
  ]);
  writeFileSync(join(built, 'package.json'), readFileSync(join(repository, 'package.json')));
  symlinkSync(join(repository, 'node_modules'), join(built, 'node_modules'));
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

function scene(): string {
  const root = mkdtempSync(join(tmpdir(), 'weir-scene-'));
  cpSync(join(repository, 'test/cases/small/channels'), join(root, 'channels'), { recursive: true });
  cpSync(join(repository, 'test/cases/small/clusters'), join(root, 'clusters'), { recursive: true });
  return root;
}

function weir(root: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  return execFileSync(process.execPath, [join(built, 'dist/cli.js'), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 50_000,
  });
}

describe('weir compile', () => {
  test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ['in one thread', ['--jobs', '1'], {}],
    ['in two threads', ['--jobs', '2'], {}],
    ['in five threads', ['--jobs', '5'], {}],
    ['in another locale and time zone', [], { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', TZ: 'Pacific/Kiritimati' }],
    ['without a cache', ['--no-cache'], {}],
  ])('gives the expected bytes %s', (_name, args, env) => {
    const root = scene();
    try {
      weir(root, ['compile', ...args], env);
      expect(snapshot(root)).toEqual(expectedOutput('small'));
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  test('twice: the second changes no byte and says so', () => {
    const root = scene();
    try {
      expect(weir(root, ['compile'])).toMatch(/^4 clusters, 42 artifacts: 42 changed, 0 removed in 3 clusters \(/m);
      expect(weir(root, ['compile'])).toMatch(/^4 clusters, 42 artifacts: nothing changed \(/m);
      expect(snapshot(root)).toEqual(expectedOutput('small'));
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  test('files made in another order', () => {
    const root = scene();
    const other = mkdtempSync(join(tmpdir(), 'weir-scene-'));
    try {
      const copy = (folder: string): void => {
        mkdirSync(join(other, folder), { recursive: true });
        for (const entry of readdirSync(join(root, folder), { withFileTypes: true }).reverse()) {
          const path = join(folder, entry.name);
          if (entry.isDirectory()) copy(path);
          else writeFileSync(join(other, path), readFileSync(join(root, path)));
        }
      };
      copy('.');
      weir(other, ['compile']);
      expect(snapshot(other)).toEqual(expectedOutput('small'));
    } finally {
      rmSync(root, { recursive: true });
      rmSync(other, { recursive: true });
    }
  });

  test('from a folder below, for one cluster, for a channel, by a selector', () => {
    const root = scene();
    try {
      expect(weir(join(root, 'clusters'), ['compile', 'alpha'])).toContain('1 cluster, 14 artifacts: 14 changed');
      expect(Object.keys(snapshot(root)).every((path) => path.startsWith('out/alpha/'))).toBe(true);
      expect(
        weir(root, ['compile', '--selector', 'environment=test', '--selector', 'lifecycle_status=ready']),
      ).toContain('2 clusters, 28 artifacts: 28 changed');
      expect(weir(root, ['compile', '--channel', 'beta'])).toContain('4 clusters, 42 artifacts: nothing changed');
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  test.each<[string, readonly string[], number, string]>([
    ['a cluster that is none', ['compile', 'alhpa'], 1, 'there is no cluster alhpa'],
    ['a cluster that is a path', ['compile', '../alpha'], 1, 'error: '],
    ['a channel that is none', ['compile', '--channel', 'bata'], 2, 'there is no channel bata; there are beta'],
    ['a selector without a value', ['compile', '--selector', 'environment'], 2, '--selector takes key=value'],
    ['a selector of no field', ['compile', '--selector', 'enviroment=test'], 2, 'no cluster has the field enviroment'],
    ['a selector that nothing matches', ['compile', '--selector', 'environment=e2e'], 1, 'No cluster matches'],
    ['no number of jobs', ['compile', '--jobs', 'many'], 2, 'jobs'],
  ])('%s', (_name, args, status, message) => {
    const root = scene();
    try {
      weir(root, args);
      throw new Error('it went well');
    } catch (error) {
      const failed = error as { readonly status?: number; readonly stderr?: string };
      expect(failed.stderr).toContain(message);
      expect(failed.stderr).not.toMatch(/\n\s+at .*\.js:/);
      expect(failed.status).toBe(status);
      expect(snapshot(root)).toEqual({});
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  test('a program that eats memory or time is stopped, and the others are judged', () => {
    const root = scene();
    try {
      const component = join(root, 'channels/beta/components');
      writeFileSync(
        join(component, 'ingress/main.jsonnet'),
        `function() local grow(n, s) = if n == 0 then s else grow(n - 1, s + s); { a: std.length(grow(60, 'xxxxxxxx')) }`,
      );
      writeFileSync(join(component, 'dns/main.jsonnet'), `function() local f(n) = f(n + 1) tailstrict; f(0)`);
      for (const jobs of ['1', '2']) {
        try {
          weir(root, ['compile', '--jobs', jobs]);
          throw new Error('it went well');
        } catch (error) {
          const { stderr, status } = error as { readonly status?: number; readonly stderr?: string };
          expect(status).toBe(1);
          expect(stderr).toContain('channels/beta/components/dns/main.jsonnet:1:');
          expect(stderr).toContain('channels/beta/components/ingress/main.jsonnet:1:');
          expect(snapshot(root)).toEqual({});
        }
      }
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
