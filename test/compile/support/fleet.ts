/** Repositories in memory for tests of the compiler: the case `test/cases/small` with edits. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type CompileSettings, clusterNames, compilePlans, loadFleet } from '../../../src/commands/shared/context.ts';
import type { Compilation } from '../../../src/compile/compile.ts';
import { formatProblem, UserError } from '../../../src/errors.ts';
import type { EntryKind, SourceTree } from '../../../src/model.ts';
import { renderArtifact } from '../../../src/write/artifact.ts';

export type Files = Readonly<Record<string, string>>;

const cases = join(import.meta.dirname, '../../cases');

/** The files of a case by path, without `out/`. */
export function caseFiles(name: string): Files {
  return readFiles(join(cases, name), (path) => !path.startsWith('out/'));
}

/** The expected files of a case's `out/` by path. */
export function expectedOutput(name: string): Files {
  return readFiles(join(cases, name), (path) => path.startsWith('out/'));
}

function readFiles(root: string, wanted: (path: string) => boolean): Files {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (wanted(path)) files[path] = readFileSync(join(root, path), 'utf8');
  }
  return files;
}

/** Files in memory as a tree. A text that begins with `-> ` stands for a symbolic link. */
export function memoryTree(files: Files): SourceTree {
  const kind = (path: string): EntryKind | undefined => {
    const text = files[path];
    if (text !== undefined) return text.startsWith('-> ') ? 'symlink' : 'file';
    return path === '' || Object.keys(files).some((name) => name.startsWith(`${path}/`)) ? 'directory' : undefined;
  };
  return {
    label: 'memory',
    kind,
    list: (directory) => {
      const prefix = directory === '' ? '' : `${directory}/`;
      const names = Object.keys(files)
        .filter((path) => path.startsWith(prefix))
        .map((path) => path.slice(prefix.length).split('/')[0] as string);
      return [...new Set(names)].sort().map((name) => ({ name, kind: kind(prefix + name) as EntryKind }));
    },
    read: (path) => (kind(path) === 'file' ? new TextEncoder().encode(files[path]) : undefined),
  };
}

/** Replaces a piece of a file, which must be there. */
export function edit(files: Files, path: string, from: string, to: string): Files {
  const text = files[path];
  if (text === undefined || !text.includes(from)) throw new Error(`${path} has no ${JSON.stringify(from)}`);
  return { ...files, [path]: text.replace(from, () => to) };
}

export async function compileFiles(files: Files, settings: CompileSettings = {}): Promise<Compilation> {
  const fleet = loadFleet(memoryTree(files));
  clusterNames(fleet);
  return compilePlans(fleet.repository, fleet.plans, settings);
}

/** The files of `out/` that a compilation gives. */
export function outputOf(compilation: Compilation): Files {
  return Object.fromEntries(
    compilation.artifacts.map((artifact) => [`out/${artifact.cluster}/${artifact.path}`, renderArtifact(artifact)]),
  );
}

/** What a person reads when the files do not compile. */
export async function problemsOf(files: Files): Promise<readonly string[]> {
  try {
    await compileFiles(files);
  } catch (error) {
    if (error instanceof UserError) return error.problems.map(formatProblem);
    throw error;
  }
  throw new Error('it compiled');
}
