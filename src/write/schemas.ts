/** The only writer of generated schemas for editors: `schemas/clusters/*.schema.json` and `schemas/facts.schema.json`. */
import { UserError } from '../errors.ts';
import { describeFailure, diskFiles, type FileOperations } from './files.ts';

/** One generated file: its path, relative to the root, and its text. */
export interface SchemaFile {
  readonly path: string;
  readonly text: string;
}

const folder = 'schemas/clusters';
const facts = 'schemas/facts.schema.json';

export interface StaleSchema {
  readonly path: string;
  readonly problem: 'missing' | 'changed' | 'left over';
}

/** Generated schemas that are missing, differ, or belong to no channel any more; sorted by path. */
export function staleSchemas(
  root: string,
  files: readonly SchemaFile[],
  disk: FileOperations = diskFiles,
): readonly StaleSchema[] {
  checkFolders(root, disk);
  const stale = files.flatMap(({ path, text }): readonly StaleSchema[] => {
    checkTarget(path);
    const bytes = disk.kind(`${root}/${path}`) === 'file' ? disk.read(`${root}/${path}`) : undefined;
    if (bytes === undefined) return [{ path, problem: 'missing' }];
    return new TextDecoder().decode(bytes) === text ? [] : [{ path, problem: 'changed' }];
  });
  const wanted = new Set(files.map(({ path }) => path));
  const extra = disk
    .list(`${root}/${folder}`)
    .map(({ name }) => `${folder}/${name}`)
    .filter((path) => path.endsWith('.schema.json') && !wanted.has(path))
    .map((path): StaleSchema => ({ path, problem: 'left over' }));
  return [...stale, ...extra].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Writes what differs and removes what is left over; gives the paths that it touched. Each file is replaced by a rename. */
export function writeSchemas(
  root: string,
  files: readonly SchemaFile[],
  disk: FileOperations = diskFiles,
): readonly string[] {
  const stale = staleSchemas(root, files, disk);
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  try {
    if (stale.length > 0) {
      disk.makeDirectory(`${root}/schemas`);
      disk.makeDirectory(`${root}/${folder}`);
    }
    for (const { path } of stale) {
      const text = texts.get(path);
      if (text === undefined) {
        disk.remove(`${root}/${path}`);
        continue;
      }
      const staged = `${root}/${path}.new`;
      disk.remove(staged);
      disk.write(staged, text);
      disk.rename(staged, `${root}/${path}`);
    }
  } catch (error) {
    throw new UserError([{ message: `Cannot write schemas/: ${describeFailure(error)}.` }]);
  }
  return stale.map(({ path }) => path);
}

function checkFolders(root: string, disk: FileOperations): void {
  for (const path of ['schemas', folder]) {
    const kind = disk.kind(`${root}/${path}`);
    if (kind === undefined || kind === 'directory') continue;
    throw new UserError([
      { message: `${path} is a ${kind === 'symlink' ? 'symbolic link' : kind} where a directory should be` },
    ]);
  }
}

/** Channel names are checked when they are loaded; a path that is none of ours is a fault all the same. */
function checkTarget(path: string): void {
  if (path === facts || /^schemas\/clusters\/[a-z][a-z0-9-]*\.schema\.json$/.test(path)) return;
  throw new UserError([{ message: `Refused to write ${JSON.stringify(path)}: it is no generated schema.` }]);
}
