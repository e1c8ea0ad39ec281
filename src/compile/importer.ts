/**
 * Imports that cannot leave the channel. A file of a unit reaches its unit's folder and the `lib/` of its channel; a file
 * of `lib/` reaches `lib/`. Paths are literal, relative to the importing file, and resolved through real directories: a
 * symbolic link on the way is an error.
 */
import type { Importer } from '../jsonnet/api.ts';
import type { SourceTree } from '../model.ts';

/** Folders of a channel that hold units. */
const unitFolder = /^(channels\/[^/]+)\/(?:components|stacks|node-pools)\/[^/]+\//;
const libraryFolder = /^(channels\/[^/]+\/lib)\//;

export class ConfinedImporter implements Importer {
  readonly #tree: SourceTree;

  constructor(tree: SourceTree) {
    this.#tree = tree;
  }

  resolve(from: string, path: string): string {
    if (path === '' || path.startsWith('/') || path.includes('\\') || path.includes('\0')) {
      throw new Error('an import is a path relative to its file, with forward slashes');
    }
    const target = normalize(from, path);
    const allowed = allowedFolders(from);
    if (target === undefined || !allowed.some((folder) => target.startsWith(folder))) {
      const where = allowed.map((folder) => folder).join(' and ');
      throw new Error(`${JSON.stringify(path)} leaves what this file may import: ${where || 'nothing'}`);
    }
    this.#checkReal(target);
    return target;
  }

  read(name: string): Uint8Array {
    const bytes = this.#tree.read(name);
    if (bytes === undefined) throw new Error(`${name} does not exist`);
    return bytes;
  }

  /** Every directory on the way must be one, and the end a file. */
  #checkReal(target: string): void {
    const segments = target.split('/');
    for (let length = 1; length <= segments.length; length++) {
      const path = segments.slice(0, length).join('/');
      const kind = this.#tree.kind(path);
      if (kind === undefined) throw new Error(`${target} does not exist`);
      if (kind === 'symlink') throw new Error(`${path} is a symbolic link, and imports go through real files only`);
      const expected = length === segments.length ? 'file' : 'directory';
      if (kind !== expected) throw new Error(`${path} is not a ${expected}`);
    }
  }
}

/** What a file may import: folders with a final slash. */
function allowedFolders(from: string): readonly string[] {
  const unit = unitFolder.exec(from);
  if (unit !== null) return [unit[0], `${unit[1]}/lib/`];
  const library = libraryFolder.exec(from);
  return library === null ? [] : [`${library[1]}/`];
}

/** The path from the repository root; undefined when it leaves it. */
function normalize(from: string, path: string): string | undefined {
  const segments = from.split('/').slice(0, -1);
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return undefined;
  }
  return segments.join('/');
}
