/** The architecture, read from the import lines. Each rule has its reason beside it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const sourceRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'src');

interface SourceFile {
  /** Relative to src/, forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Targets of import and re-export lines, static and dynamic: relative ones resolved to src/, packages as written. */
  readonly imports: readonly string[];
}

const files = readSources();
const stages = [
  'load',
  'merge',
  'jsonnet',
  'compile',
  'validate',
  'write',
  'diff',
  'report',
  'promote',
  'review',
  'cache',
  'tools',
];

/** What a stage may import beside the model, the errors and its own folder. */
const stageExceptions: Readonly<Record<string, readonly string[]>> = {
  // The engine has one user; design.md, "The compiler".
  compile: ['jsonnet'],
};

/** Files that may touch the file system: everything else stays testable without one. */
const fileSystemRooms = ['load/', 'write/', 'promote/apply', 'cache/', 'tools/'];

describe('imports', () => {
  test('every source file lies in a known room', () => {
    const rooms = new Set(files.map((file) => room(file.path)));
    const known = new Set([...stages, 'commands', '']);
    expect([...rooms].filter((name) => !known.has(name))).toEqual([]);
    expect(
      files
        .filter((file) => room(file.path) === '')
        .map((file) => file.path)
        .sort(),
    ).toEqual(['cli.ts', 'errors.ts', 'model.ts']);
  });

  test('a stage imports the model, the errors and its own folder: stages meet in commands only', () => {
    const offences: string[] = [];
    for (const file of files) {
      const own = room(file.path);
      if (!stages.includes(own)) continue;
      for (const target of file.imports) {
        if (!target.startsWith('src/')) continue;
        const to = target.slice('src/'.length);
        const allowed =
          to === 'model.ts' ||
          to === 'errors.ts' ||
          room(to) === own ||
          (stageExceptions[own] ?? []).includes(room(to));
        if (!allowed) offences.push(`${file.path} imports ${to}`);
      }
    }
    expect(offences).toEqual([]);
  });

  test('the engine knows nothing of weir: it could be a package of its own', () => {
    const offences = files
      .filter((file) => room(file.path) === 'jsonnet')
      .flatMap((file) =>
        file.imports
          .filter((target) => target.startsWith('src/') && !target.startsWith('src/jsonnet/'))
          .map((target) => `${file.path} imports ${target}`),
      );
    expect(offences).toEqual([]);
  });

  test('only compile imports the engine, and the command that is the engine alone', () => {
    const offences = files
      .filter((file) => !['jsonnet', 'compile'].includes(room(file.path)) && file.path !== 'commands/jsonnet.ts')
      .filter((file) => file.imports.some((target) => target.startsWith('src/jsonnet/')))
      .map((file) => file.path);
    expect(offences).toEqual([]);
  });

  test('only cli imports commands: a command never calls another', () => {
    const offences: string[] = [];
    for (const file of files) {
      for (const target of file.imports) {
        if (!target.startsWith('src/commands/')) continue;
        if (file.path === 'cli.ts') continue;
        // Commands share context.ts, the wiring of stages, and nothing else.
        if (room(file.path) === 'commands' && target.startsWith('src/commands/shared/')) continue;
        offences.push(`${file.path} imports ${target}`);
      }
    }
    expect(offences).toEqual([]);
  });

  test('the file system is touched where reading and writing is the job, nowhere else', () => {
    const offences = files
      .filter((file) => file.imports.some((target) => /^node:fs(\/|$)/.test(target)))
      .filter((file) => !fileSystemRooms.some((prefix) => file.path.startsWith(prefix)))
      .map((file) => file.path);
    expect(offences).toEqual([]);
  });

  test('programs are started in tools only: a pull request is untrusted input', () => {
    const offences = files
      .filter((file) => file.imports.includes('node:child_process'))
      .filter((file) => room(file.path) !== 'tools')
      .map((file) => file.path);
    expect(offences).toEqual([]);
  });

  test('console and process are used in cli.ts only: everything else returns what it has to say', () => {
    const offences = files
      .filter((file) => file.path !== 'cli.ts')
      .filter(
        (file) =>
          /\bconsole\s*\./.test(file.text) || /\bprocess\s*\./.test(file.text) || file.imports.includes('node:process'),
      )
      .map((file) => file.path);
    expect(offences).toEqual([]);
  });

  test('nothing sorts or formats by locale: bytes are the same on every machine', () => {
    const offences = files.filter((file) => /localeCompare|toLocale|Intl\./.test(file.text)).map((file) => file.path);
    expect(offences).toEqual([]);
  });
});

function room(path: string): string {
  const slash = path.indexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

function readSources(): readonly SourceFile[] {
  const paths = readdirSync(sourceRoot, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.ts'))
    .sort();
  return paths.map((path) => {
    const raw = readFileSync(join(sourceRoot, path), 'utf8');
    // Comments may speak of what code may not do.
    const text = raw.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
    const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => {
      const target = match[1] ?? '';
      if (!target.startsWith('.')) return target;
      const resolved = relative(sourceRoot, join(sourceRoot, dirname(path), target))
        .split(sep)
        .join('/');
      return `src/${resolved}`;
    });
    return { path, text, imports };
  });
}
