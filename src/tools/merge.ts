/** Three-way merge of one text, by git's own algorithm. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InternalError } from '../errors.ts';
import { type Environment, runGit } from './run.ts';

export interface MergeResult {
  readonly text: string;
  /** Line of the merged text at which each conflict begins, from 1; empty when all went together. */
  readonly conflicts: readonly number[];
}

/** Merges what two sides made of `base`. The labels name the sides in conflict markers. */
export function mergeTexts(
  base: string,
  ours: { readonly text: string; readonly label: string },
  theirs: { readonly text: string; readonly label: string },
  env?: Environment,
): MergeResult {
  const folder = mkdtempSync(join(tmpdir(), 'weir-merge-'));
  try {
    const write = (name: string, text: string) => {
      const file = join(folder, name);
      writeFileSync(file, text);
      return file;
    };
    const [a, o, b] = [write('ours', ours.text), write('base', base), write('theirs', theirs.text)];
    const result = runGit(
      folder,
      ['merge-file', '-p', '-q', '--diff3', '-L', ours.label, '-L', 'last promoted', '-L', theirs.label, a, o, b],
      { env },
    );
    // The status is the number of conflicts, at most 127; 255 is a failure.
    if (result.status > 127) throw new InternalError(`git merge-file failed: ${result.stderr}`);
    const text = result.stdout.toString('utf8');
    const conflicts = text.split('\n').flatMap((line, index) => (line.startsWith('<<<<<<< ') ? [index + 1] : []));
    return { text, conflicts: result.status === 0 ? [] : conflicts };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
