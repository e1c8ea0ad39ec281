/** What the tests of the engine share: files for the engine, and go-jsonnet's error texts as data. */
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Importer, JsonnetError, type SourceSpan } from '../../src/jsonnet/api.ts';

export const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url));

/** Files of a folder, named relative to it; errors in go-jsonnet's words. */
export function folderImporter(folder: string): Importer {
  return {
    resolve(from, path) {
      const name = isAbsolute(path) ? relative(folder, path) : posix.join(posix.dirname(from), path);
      const missing = `couldn't open import ${JSON.stringify(path)}: no match locally or in the Jsonnet library paths`;
      if (path === '') throw new Error(missing);
      const status = statSync(join(folder, name), { throwIfNoEntry: false });
      if (status === undefined) throw new Error(missing);
      return name;
    },
    read(name) {
      const file = join(folder, name);
      if (statSync(file).isDirectory()) throw new Error(`read ${name}: is a directory`);
      return readFileSync(file);
    },
  };
}

/** Files in memory, by name. */
export function memoryImporter(files: Readonly<Record<string, string>>): Importer {
  return {
    resolve(from, path) {
      const name = posix.join(posix.dirname(from), path);
      if (!Object.hasOwn(files, name)) {
        const quoted = JSON.stringify(path);
        throw new Error(`couldn't open import ${quoted}: no match locally or in the Jsonnet library paths`);
      }
      return name;
    },
    read: (name) => new TextEncoder().encode(files[name]!),
  };
}

/** An error as the suites compare it. */
export interface ErrorFacts {
  /** A static error stops before evaluation. Exceeded limits count as runtime errors. */
  readonly kind: 'static' | 'runtime';
  readonly message: string;
  /** Line and column, or a range, as go-jsonnet writes it; undefined where no frame has a place in a user's file. */
  readonly place: string | undefined;
  /** The file of the place, without the suite's folder and the extension. */
  readonly file: string | undefined;
}

const PLACE = /^(?<file>.+?):(?<place>\(?\d+:\d+\)?(?:-\(?\d+(?::\d+\))?)?)$/;

/** go-jsonnet's error text; undefined when the text is no error. */
export function parseGoError(text: string): ErrorFacts | undefined {
  const lines = text.split('\n');
  const [first = ''] = lines;
  if (first.startsWith('RUNTIME ERROR: ')) {
    const end = lines.findIndex((line, index) => index > 0 && (line.startsWith('\t') || /^-{20}/.test(line)));
    const message = lines
      .slice(0, end === -1 ? 1 : end)
      .join('\n')
      .slice('RUNTIME ERROR: '.length);
    for (const line of lines) {
      const match = line.startsWith('\t') ? PLACE.exec(line.slice(1).split('\t')[0]!) : null;
      if (match === null || match.groups!.file === '<std>') continue;
      return { kind: 'runtime', message, place: match.groups!.place!, file: plainName(match.groups!.file!) };
    }
    return { kind: 'runtime', message, place: undefined, file: undefined };
  }
  const match = /^(?<where>\S+:\(?\d+:\d+\)?(?:-\(?\d+(?::\d+\))?)?) (?<message>.+)$/.exec(first);
  const where = match === null ? null : PLACE.exec(match.groups!.where!);
  if (where === null) return undefined;
  return {
    kind: 'static',
    message: match!.groups!.message!,
    place: where.groups!.place!,
    file: plainName(where.groups!.file!),
  };
}

/** The same facts of an error of ours. */
export function errorFacts(error: unknown): ErrorFacts {
  if (!(error instanceof JsonnetError)) throw error;
  const span = error.frames.find((frame) => frame.span !== undefined)?.span;
  return {
    kind: error.kind === 'static' ? 'static' : 'runtime',
    message: error.message,
    place: span === undefined ? undefined : spellSpan(span),
    file: span === undefined ? undefined : plainName(span.file),
  };
}

/** A range as go-jsonnet writes it: `3:1`, `3:1-5`, `(3:1)-(4:2)`; its end is inclusive of the last column plus one. */
export function spellSpan(span: SourceSpan): string {
  const { line, column, endLine, endColumn } = span;
  if (line !== endLine) return `(${line}:${column})-(${endLine}:${endColumn})`;
  return column === endColumn ? `${line}:${column}` : `${line}:${column}-${endColumn}`;
}

function plainName(file: string): string {
  return file.replace(/^testdata\//, '').replace(/\.jsonnet$/, '');
}
