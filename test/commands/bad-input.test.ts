/** Bad input of load and merge through the commands: a `UserError` with the same lines, and `out/` untouched. */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compile } from '../../src/commands/compile.ts';
import type { Io } from '../../src/commands/shared/io.ts';
import { formatProblem, UserError } from '../../src/errors.ts';
import { badInput } from '../load/bad-input.ts';
import { edited, type Files } from '../load/fixture.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'weir-bad-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the files and something that an earlier compile left. */
function onDisk(files: Files): string {
  const root = mkdtempSync(join(folder, 'r-'));
  const all: Files = { ...files, 'out/alpha/plan.yaml': 'before\n' };
  for (const [path, entry] of Object.entries(all)) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    if (typeof entry === 'string' || entry instanceof Uint8Array) writeFileSync(target, entry);
    else if (entry.kind === 'symlink') symlinkSync('/etc/hostname', target);
    else mkdirSync(target, { recursive: true });
  }
  return root;
}

function listing(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.startsWith('out'))
    .map((path) => (lstatSync(join(root, path)).isFile() ? `${path}: ${readFileSync(join(root, path), 'utf8')}` : path))
    .sort();
}

async function problemsOf(root: string): Promise<readonly string[]> {
  const io: Io = { cwd: root, env: {}, out: () => undefined, err: () => undefined, columns: 100, color: false };
  const before = listing(root);
  const failure: unknown = await compile({ cache: false }, io).then(
    () => undefined,
    (error) => error,
  );
  expect(listing(root)).toEqual(before);
  expect(failure).toBeInstanceOf(UserError);
  return (failure as UserError).problems.map(formatProblem);
}

describe('weir compile stops before out/ at', () => {
  test.each(badInput)('%s', async (_name, files, expected) => {
    expect(await problemsOf(onDisk(files))).toEqual(expect.arrayContaining([...expected]));
  });

  test('what load and merge find, reported together', async () => {
    const schema = 'channels/beta/components/dns/config.schema.yaml';
    const files = {
      ...edited(
        schema,
        'properties:\n',
        'required: [zone]\nproperties:\n  zone: { type: string, description: Zone. }\n',
      ),
      ...{ 'clusters/broken.yaml': 'a: [\n' },
    };
    const problems = await problemsOf(onDisk(files));
    expect(problems).toEqual([
      expect.stringMatching(/^clusters\/broken\.yaml:/),
      'clusters/alpha.yaml:22:3: dns.zone must be set: Zone.\n    clusters: alpha',
    ]);
  });
});
