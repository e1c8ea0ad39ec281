/**
 * Records what go-jsonnet says to the C++ suite, in fixtures/cpp-suite.go.json: where both implementations differ, Go
 * wins. Run by hand after .ci/install-go-jsonnet.sh, when the suite or the pinned go-jsonnet changes:
 *
 *     node test/jsonnet/record-cpp-suite.mjs
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const suite = join(here, 'fixtures', 'cpp-suite');
const oracle = process.env.WEIR_JSONNET_ORACLE ?? join(here, '../../.weir/tools/bin/jsonnet-oracle');

const names = readdirSync(suite)
  .filter((name) => name.endsWith('.jsonnet'))
  .sort();
const requests = names.map((file, id) => ({
  id,
  file,
  // As the suite's own runner does.
  ...(file.startsWith('tla.')
    ? { tlaCode: { var1: '"test"', var2: '{x:1,y:2}' } }
    : { extStr: { var1: 'test' }, extCode: { var2: '{x:1,y:2}' } }),
}));
const input = requests.map((request) => JSON.stringify(request)).join('\n');
const answers = execFileSync(oracle, { input, cwd: suite, maxBuffer: 1 << 28 })
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const record = {};
for (const { id, value, error } of answers) {
  record[names[id]] = error === undefined ? { value: JSON.parse(value) } : { error: firstFrames(error) };
}
writeFileSync(join(here, 'fixtures', 'cpp-suite.go.json'), `${JSON.stringify(record, null, 1)}\n`);

/** The message and the frames down to the first one that has a place outside of the standard library. */
function firstFrames(error) {
  const lines = error.split('\n');
  const end = lines.findIndex((line) => /^\t(?!<std>)\S+:\(?[0-9]/.test(line));
  return lines.slice(0, end === -1 ? 1 : end + 1).join('\n');
}
