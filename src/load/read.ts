/** Reading one file of a tree, with what can go wrong as problems. */
import { UserError } from '../errors.ts';
import type { EntryKind, SourceTree } from '../model.ts';
import type { Problems } from './problems.ts';
import { parseYaml, type YamlFile } from './yaml.ts';

/**
 * Reads and parses `path`. Undefined, with a problem, when it cannot be read or parsed; when it does not exist, a
 * problem only if `why` says why it must.
 */
export function readYaml(tree: SourceTree, path: string, problems: Problems, why?: string): YamlFile | undefined {
  const bytes = readBytes(tree, path, problems);
  if (bytes === undefined) {
    if (why !== undefined && tree.kind(path) === undefined) problems.add(missing(tree, path, why));
    return undefined;
  }
  return parseYaml(path, bytes, problems);
}

/** A problem unless `path` is a regular file. */
export function requireFile(tree: SourceTree, path: string, problems: Problems, why: string): void {
  const kind = tree.kind(path);
  if (kind === 'file') return;
  problems.add(kind === undefined ? missing(tree, path, why) : notAFile(path, kind));
}

function readBytes(tree: SourceTree, path: string, problems: Problems): Uint8Array | undefined {
  const kind = tree.kind(path);
  if (kind === undefined) return undefined;
  if (kind !== 'file') {
    problems.add(notAFile(path, kind));
    return undefined;
  }
  try {
    return tree.read(path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.addAll(error.problems);
    return undefined;
  }
}

/** What a thing in a tree is, in words. */
export function describeKind(kind: EntryKind): string {
  return kind === 'symlink' ? 'symbolic link' : kind === 'other' ? 'special file' : kind;
}

function notAFile(path: string, kind: string): string {
  if (kind === 'symlink') return `${path} is a symbolic link: weir does not follow links, so put the file itself here`;
  if (kind === 'directory') return `${path} is a directory where a file should be`;
  return `${path} is no regular file`;
}

function missing(tree: SourceTree, path: string, why: string): string {
  const other = path.replace(/\.yaml$/, '.yml');
  if (other !== path && tree.kind(other) !== undefined)
    return `${other} must be named ${path.slice(path.lastIndexOf('/') + 1)}`;
  return `${path} is missing: ${why}`;
}
