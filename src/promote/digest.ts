/** What a unit's state is, in 64 hex digits: equal digests mean equal folders. */
import { createHash } from 'node:crypto';
import type { SourceTree } from '../model.ts';

/** Every file of a folder, relative to it, sorted by code units. Names that start with a dot are nobody's state. */
export function filesOf(tree: SourceTree, folder: string): readonly string[] {
  const found: string[] = [];
  const walk = (path: string) => {
    for (const entry of tree.list(path === '' ? folder : `${folder}/${path}`)) {
      if (entry.name.startsWith('.')) continue;
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.kind === 'directory') walk(inner);
      else if (entry.kind === 'file') found.push(inner);
    }
  };
  walk('');
  return found.sort();
}

/** SHA-256 over sorted relative paths and bytes; undefined where the folder does not exist. */
export function folderDigest(tree: SourceTree, folder: string): string | undefined {
  if (tree.kind(folder) !== 'directory') return undefined;
  const hash = createHash('sha256');
  for (const path of filesOf(tree, folder)) {
    const bytes = tree.read(`${folder}/${path}`) ?? new Uint8Array();
    // Lengths keep two files from reading as one.
    hash
      .update(`${Buffer.byteLength(path)}:${path}\n${bytes.length}:`)
      .update(bytes)
      .update('\n');
  }
  return hash.digest('hex');
}

/** SHA-256 of one file; undefined where there is none. */
export function fileDigest(tree: SourceTree, path: string): string | undefined {
  if (tree.kind(path) !== 'file') return undefined;
  return createHash('sha256')
    .update(tree.read(path) ?? new Uint8Array())
    .digest('hex');
}
