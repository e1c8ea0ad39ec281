/** Reports that a person asked for, in a file that they name. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { describeFailure } from './files.ts';

/** Writes a report. `path` is relative to `cwd`. Throws {@link UserError} when the file cannot be written. */
export function writeReport(cwd: string, path: string, text: string): void {
  const file = resolve(cwd, path);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError([{ message: `${path} cannot be written: ${describeFailure(error)}` }]);
  }
}
