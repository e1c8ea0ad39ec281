/**
 * Many files replaced as one: wholly, or not at all.
 *
 * All new bytes are staged under `.weir/` first. Then `.weir/journal.json`, written by a rename, makes the change
 * certain. Then files are removed and replaced one by one, each by a rename, so that no file is ever half-written.
 * Whoever comes next after an interruption calls {@link recover}, which completes the change, or takes it back if the
 * journal says so. Without a journal nothing outside `.weir/` was touched.
 *
 * A journal is data from the disk, and a pull request can contain one: its paths are checked like any other input.
 */
import { randomBytes } from 'node:crypto';
import { InternalError, UserError } from '../errors.ts';
import { describeFailure, diskFiles, errorCode, type FileOperations } from './files.ts';

/** What is to happen to one file. Paths are relative to the repository root, with forward slashes. */
export type FileChange =
  | { readonly path: string; readonly bytes: Uint8Array | string }
  | { readonly path: string; readonly remove: true };

export interface CommitOptions {
  /** What the next command does when this one is interrupted. Default `complete`. */
  readonly recovery?: 'complete' | 'rollback';
  readonly files?: FileOperations;
}

interface Journal {
  readonly version: 1;
  readonly recovery: 'complete' | 'rollback';
  /** Folder of the staged files, in `.weir/`. */
  readonly staging: string;
  readonly entries: readonly JournalEntry[];
}

/** File number n is staged as `<staging>/<n>`; what it replaces, in a journal that rolls back, as `<staging>/<n>.old`. */
interface JournalEntry {
  readonly path: string;
  readonly action: 'write' | 'remove';
  /** Whether a file stood there before. */
  readonly replaces: boolean;
}

const stateFolder = '.weir';
const journalName = 'journal.json';
/** Folders that a journal may touch. */
const writableFolders = ['out', 'channels'];
/** Staged files of a killed process are litter after this time; before it they may belong to a process that runs. */
const litterAge = 60 * 60 * 1000;

/**
 * Makes all changes, or none. Throws {@link UserError} when the file system refuses: before the journal is written
 * everything is as before; after it, the next command finishes the work, and the message says so.
 */
export function commitChanges(root: string, changes: readonly FileChange[], options: CommitOptions = {}): void {
  const transaction = new Transaction(root, options);
  transaction.stage(changes);
  transaction.commit();
}

/** Changes that are prepared piece by piece, so that no more than a piece is in memory, and made as one. */
export class Transaction {
  readonly #root: string;
  readonly #files: FileOperations;
  readonly #recovery: 'complete' | 'rollback';
  readonly #staging = `staging-${randomBytes(8).toString('hex')}`;
  readonly #entries: JournalEntry[] = [];

  constructor(root: string, options: CommitOptions = {}) {
    this.#root = root;
    this.#files = options.files ?? diskFiles;
    this.#recovery = options.recovery ?? 'complete';
  }

  /** Prepares changes. Throws {@link UserError} when that fails; everything prepared is discarded then. */
  stage(changes: readonly FileChange[]): void {
    if (changes.length === 0) return;
    for (const change of changes) checkPath(change.path);
    try {
      if (this.#entries.length === 0) {
        recover(this.#root, this.#files);
        this.#files.makeDirectory(`${this.#root}/${stateFolder}`);
        this.#files.makeDirectory(this.#folder());
      }
      for (const change of changes) this.#stageOne(change);
    } catch (error) {
      this.discard();
      throw preparationFailure(error);
    }
  }

  /** Makes the changes, or none. */
  commit(): void {
    if (this.#entries.length === 0) return;
    const { recovery, files } = { recovery: this.#recovery, files: this.#files };
    const journal: Journal = { version: 1, recovery, staging: this.#staging, entries: this.#entries };
    try {
      // The rename is the moment of decision: before it nothing happened, after it everything will.
      files.writeDurably(`${this.#folder()}/${journalName}`, `${JSON.stringify(journal)}\n`);
      files.rename(`${this.#folder()}/${journalName}`, `${this.#root}/${stateFolder}/${journalName}`);
    } catch (error) {
      this.discard();
      throw preparationFailure(error);
    }
    const progress = { touched: false };
    try {
      applyForward(this.#root, journal, files, progress);
    } catch (error) {
      throw explainApplyFailure(this.#root, journal, files, progress.touched, error);
    }
    finish(this.#root, journal, files);
  }

  /** Forgets what was prepared. */
  discard(): void {
    try {
      this.#files.removeTree(this.#folder());
    } catch {
      // Somebody has a better error to tell; the litter goes with the next commands.
    }
    this.#entries.length = 0;
  }

  #folder(): string {
    return `${this.#root}/${stateFolder}/${this.#staging}`;
  }

  #stageOne(change: FileChange): void {
    const target = `${this.#root}/${change.path}`;
    const kind = this.#files.kind(target);
    if (kind === 'symlink' || kind === 'other') {
      throw new UserError([{ message: `${change.path} is no regular file: remove it and run the command again.` }]);
    }
    const staged = `${this.#folder()}/${this.#entries.length}`;
    if ('bytes' in change) this.#files.write(staged, change.bytes);
    if (this.#recovery === 'rollback' && kind === 'file') {
      const old = this.#files.read(target);
      if (old === undefined) throw new InternalError(`${change.path} vanished while it was saved`);
      this.#files.write(`${staged}.old`, old);
    }
    this.#entries.push({
      path: change.path,
      action: 'remove' in change ? 'remove' : 'write',
      replaces: kind === 'file',
    });
  }
}

function preparationFailure(error: unknown): unknown {
  if (error instanceof UserError || error instanceof InternalError) return error;
  if (errorCode(error) === undefined) return error;
  return new UserError([
    { message: `Cannot prepare the new files in .weir/: ${describeFailure(error)}. Nothing was changed.` },
  ]);
}

/** What a recovery did, for the line that tells the user. */
export interface Recovery {
  readonly outcome: 'completed' | 'rolled back';
  readonly files: number;
}

/**
 * Completes or takes back what an interrupted command left, before anything else looks at the tree. Undefined when there
 * was nothing to do.
 */
export function recover(root: string, files: FileOperations = diskFiles): Recovery | undefined {
  const state = `${root}/${stateFolder}`;
  const kind = files.kind(state);
  if (kind === undefined) return undefined;
  if (kind !== 'directory') {
    throw new UserError([{ message: '.weir is not a directory: remove it, weir makes its own.' }]);
  }
  const journal = readJournal(state, files);
  if (journal === undefined) {
    for (const entry of files.list(state)) {
      if (!entry.name.startsWith('staging-') || entry.kind !== 'directory') continue;
      if (files.age(`${state}/${entry.name}`) > litterAge) files.removeTree(`${state}/${entry.name}`);
    }
    return undefined;
  }
  try {
    if (journal.recovery === 'complete') applyForward(root, journal, files, { touched: false });
    else applyBackward(root, journal, files);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError([
      {
        message: `An earlier command was interrupted, and its work cannot be finished: ${describeFailure(error)}. Mend that, then run any weir command.`,
      },
    ]);
  }
  finish(root, journal, files);
  return { outcome: journal.recovery === 'complete' ? 'completed' : 'rolled back', files: journal.entries.length };
}

// ---------------------------------------------------------------------------------------------- steps

/** Every step may have been done before: by the interrupted command, or by a recovery that was interrupted itself. */
function applyForward(root: string, journal: Journal, files: FileOperations, progress: { touched: boolean }): void {
  const folder = `${root}/${stateFolder}/${journal.staging}`;
  const leaving = new DirectoryMaker(root, files);
  for (const entry of journal.entries) {
    if (entry.action !== 'remove') continue;
    leaving.checkParents(entry.path);
    files.remove(`${root}/${entry.path}`);
    progress.touched = true;
  }
  removeEmptyParents(root, journal, 'remove', files);
  const directories = new DirectoryMaker(root, files);
  for (const [index, entry] of journal.entries.entries()) {
    if (entry.action !== 'write') continue;
    const staged = `${folder}/${index}`;
    if (files.kind(staged) === undefined) continue;
    directories.make(entry.path);
    // An empty directory is in nobody's way, and git does not know it.
    if (files.kind(`${root}/${entry.path}`) === 'directory') files.removeEmptyDirectory(`${root}/${entry.path}`);
    files.rename(staged, `${root}/${entry.path}`);
    progress.touched = true;
  }
}

function applyBackward(root: string, journal: Journal, files: FileOperations): void {
  const folder = `${root}/${stateFolder}/${journal.staging}`;
  const leaving = new DirectoryMaker(root, files);
  for (const entry of journal.entries) {
    if (entry.replaces) continue;
    leaving.checkParents(entry.path);
    files.remove(`${root}/${entry.path}`);
  }
  removeEmptyParents(root, journal, 'write', files);
  const directories = new DirectoryMaker(root, files);
  for (const [index, entry] of journal.entries.entries()) {
    const old = `${folder}/${index}.old`;
    if (!entry.replaces || files.kind(old) === undefined) continue;
    directories.make(entry.path);
    files.rename(old, `${root}/${entry.path}`);
  }
}

function removeEmptyParents(
  root: string,
  journal: Journal,
  action: JournalEntry['action'],
  files: FileOperations,
): void {
  const parents = new Set<string>();
  for (const entry of journal.entries) {
    if (entry.action !== action) continue;
    // The first level, out/ or channels/, stays.
    for (let parent = parentOf(entry.path); parent.includes('/'); parent = parentOf(parent)) parents.add(parent);
  }
  for (const parent of [...parents].sort((a, b) => b.length - a.length)) {
    if (files.kind(`${root}/${parent}`) === 'directory') files.removeEmptyDirectory(`${root}/${parent}`);
  }
}

function finish(root: string, journal: Journal, files: FileOperations): void {
  const state = `${root}/${stateFolder}`;
  files.remove(`${state}/${journalName}`);
  files.removeTree(`${state}/${journal.staging}`);
}

function explainApplyFailure(
  root: string,
  journal: Journal,
  files: FileOperations,
  touched: boolean,
  error: unknown,
): UserError {
  const cause = error instanceof UserError ? error.message : describeFailure(error);
  if (!touched) {
    try {
      finish(root, journal, files);
      return new UserError([{ message: `Cannot write the new files: ${cause}. Nothing was changed.` }]);
    } catch {
      // Falls through: the journal stands, and the next command finds it.
    }
  }
  const next = journal.recovery === 'complete' ? 'completes the work' : 'takes everything back';
  return new UserError([{ message: `Writing was interrupted: ${cause}. Mend that; the next weir command ${next}.` }]);
}

// ---------------------------------------------------------------------------------------------- paths

/** Makes the directories of files, and refuses to go through anything that is no directory. */
class DirectoryMaker {
  readonly #root: string;
  readonly #files: FileOperations;
  readonly #known = new Set<string>();

  constructor(root: string, files: FileOperations) {
    this.#root = root;
    this.#files = files;
  }

  make(path: string): void {
    this.#walk(parentOf(path), true);
  }

  /** As {@link make}, without making: a missing parent is fine. */
  checkParents(path: string): void {
    this.#walk(parentOf(path), false);
  }

  #walk(directory: string, make: boolean): boolean {
    if (directory === '' || this.#known.has(directory)) return true;
    if (!this.#walk(parentOf(directory), make)) return false;
    const kind = this.#files.kind(`${this.#root}/${directory}`);
    if (kind === undefined) {
      if (!make) return false;
      this.#files.makeDirectory(`${this.#root}/${directory}`);
    } else if (kind !== 'directory') {
      const what = kind === 'symlink' ? 'a symbolic link' : 'not a directory';
      throw new UserError([
        { message: `${directory} is ${what}, and weir writes through directories only: remove it and try again.` },
      ]);
    }
    this.#known.add(directory);
    return true;
  }
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** Throws unless a path lies in a folder that weir writes, by its words alone. Links are found when it is used. */
export function checkPath(path: string): void {
  const segments = path.split('/');
  const first = segments[0] ?? '';
  const inside =
    segments.length > 1 &&
    writableFolders.includes(first) &&
    segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..') &&
    !/[\\\0]/.test(path);
  if (!inside) {
    throw new UserError([
      {
        message: `Refused to write ${JSON.stringify(path)}: it lies outside ${writableFolders.map((name) => `${name}/`).join(' and ')}.`,
      },
    ]);
  }
}

function readJournal(state: string, files: FileOperations): Journal | undefined {
  const kind = files.kind(`${state}/${journalName}`);
  if (kind === undefined) return undefined;
  const bytes = kind === 'file' ? files.read(`${state}/${journalName}`) : undefined;
  const journal = bytes === undefined ? undefined : parseJournal(new TextDecoder().decode(bytes));
  if (journal === undefined || files.kind(`${state}/${journal.staging}`) !== 'directory') {
    throw new UserError([
      {
        message:
          '.weir/journal.json is no journal of this version of weir: delete the folder .weir, then run `weir compile`.',
      },
    ]);
  }
  for (const entry of journal.entries) checkPath(entry.path);
  return journal;
}

function parseJournal(text: string): Journal | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const journal = value as Partial<Journal> | null;
  if (journal?.version !== 1 || !Array.isArray(journal.entries)) return undefined;
  if (journal.recovery !== 'complete' && journal.recovery !== 'rollback') return undefined;
  if (typeof journal.staging !== 'string' || !/^staging-[0-9a-f]{16}$/.test(journal.staging)) return undefined;
  const wellFormed = journal.entries.every(
    (entry: Partial<JournalEntry> | null) =>
      typeof entry?.path === 'string' &&
      (entry.action === 'write' || entry.action === 'remove') &&
      typeof entry.replaces === 'boolean',
  );
  return wellFormed ? (journal as Journal) : undefined;
}
