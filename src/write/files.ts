/**
 * What the writer needs of a file system, as an interface: tests let it fail, fill up, or die after any operation.
 * Paths are absolute here. Nothing follows a symbolic link at the end of a path.
 */
import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import type { EntryKind } from '../model.ts';

export interface FileOperations {
  /** What stands at a path; undefined when nothing does. */
  kind(path: string): EntryKind | undefined;
  /** Names in a directory with their kinds, sorted by code units; empty when there is none. */
  list(path: string): readonly { readonly name: string; readonly kind: EntryKind }[];
  /** Bytes of a file; undefined when there is none. */
  read(path: string): Uint8Array | undefined;
  /** Milliseconds since a file or directory was last changed, by the file system's clock; 0 when it is missing. */
  age(path: string): number;
  write(path: string, bytes: Uint8Array | string): void;
  /** Writes and waits until the bytes are on the medium. */
  writeDurably(path: string, bytes: Uint8Array | string): void;
  rename(from: string, to: string): void;
  /** One level; an existing directory is fine. */
  makeDirectory(path: string): void;
  /** A file; a missing one is fine. */
  remove(path: string): void;
  /** A directory if it is empty; whether it is gone now. */
  removeEmptyDirectory(path: string): boolean;
  /** A directory with all that is in it; a missing one is fine. */
  removeTree(path: string): void;
}

/** The error code of a failed file operation, such as `ENOSPC`; undefined for other errors. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Code of a failed file operation in words. */
export function describeFailure(error: unknown): string {
  switch (errorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'no space is left on the disk';
    case 'EROFS':
      return 'the file system is read-only';
    case 'EACCES':
    case 'EPERM':
      return 'permission is denied';
    case 'ENOTDIR':
      return 'a file stands where a directory should be';
    case 'EISDIR':
      return 'a directory stands where a file should be';
    case 'EXDEV':
      return 'it lies on another file system than .weir/, and files are replaced by renames';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

export const diskFiles: FileOperations = {
  kind(path) {
    try {
      return kindOf(lstatSync(path));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  list(path) {
    try {
      return readdirSync(path, { withFileTypes: true })
        .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
  read(path) {
    try {
      return readFileSync(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  age(path) {
    try {
      return Date.now() - lstatSync(path).mtimeMs;
    } catch (error) {
      if (isMissing(error)) return 0;
      throw error;
    }
  },
  write(path, bytes) {
    writeFileSync(path, bytes);
  },
  writeDurably(path, bytes) {
    const file = openSync(path, 'w');
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  },
  rename(from, to) {
    renameSync(from, to);
  },
  makeDirectory(path) {
    try {
      mkdirSync(path);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST' || kindOf(lstatSync(path)) !== 'directory') throw error;
    }
  },
  remove(path) {
    try {
      unlinkSync(path);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  },
  removeEmptyDirectory(path) {
    try {
      rmdirSync(path);
      return true;
    } catch (error) {
      if (isMissing(error)) return true;
      if (errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'EEXIST') return false;
      throw error;
    }
  },
  removeTree(path) {
    rmSync(path, { recursive: true, force: true });
  },
};

function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): EntryKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
}
