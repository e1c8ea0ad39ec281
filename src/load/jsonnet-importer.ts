/** Files for `weir jsonnet`: wherever the user says, as the jsonnet command finds them. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';

/** The name of a program that is no file. */
export const COMMAND_LINE = '<cmdline>';
export const STANDARD_INPUT = '<stdin>';

export interface JsonnetFiles {
  resolve(from: string, path: string): string;
  read(name: string): Uint8Array;
}

/**
 * Resolves an import relative to the importing file, then in the library folders, the last one first. `texts` are
 * files that exist by name alone.
 */
export function jsonnetFiles(
  cwd: string,
  libraries: readonly string[],
  texts: ReadonlyMap<string, string>,
): JsonnetFiles {
  return {
    resolve(from, path) {
      const here = texts.has(from) ? '.' : dirname(from);
      const candidates = isAbsolute(path)
        ? [path]
        : [here, ...[...libraries].reverse()].map((folder) => join(folder, path));
      const found = path === '' ? undefined : candidates.find((file) => isThere(resolve(cwd, file)));
      if (found !== undefined) return found;
      throw new Error(`couldn't open import ${JSON.stringify(path)}: no match locally or in the Jsonnet library paths`);
    },
    read(name) {
      const text = texts.get(name);
      return text === undefined ? readBytes(cwd, name) : new TextEncoder().encode(text);
    },
  };
}

function isThere(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}

function readBytes(cwd: string, name: string): Uint8Array {
  const file = resolve(cwd, name);
  if (statSync(file).isDirectory()) throw new Error(`read ${name}: is a directory`);
  return readFileSync(file);
}

/** The text of a file that the command line names. Throws `UserError`. */
export function readNamedFile(cwd: string, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readBytes(cwd, name));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError([
      { message: `${name} cannot be read: ${missing ? 'there is no such file' : (error as Error).message}` },
    ]);
  }
}

/** All of standard input. */
export function readStandardInput(): string {
  return readFileSync(0, 'utf8');
}
