/** go-jsonnet beside the engine: `.ci/install-go-jsonnet.sh` installs it; without it the comparisons are skipped. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/jsonnet/api.ts';

const binary =
  process.env.WEIR_JSONNET_ORACLE ?? fileURLToPath(new URL('../../.weir/tools/bin/jsonnet-oracle', import.meta.url));

export const hasOracle = existsSync(binary);

/** One program for go-jsonnet; see .ci/oracle/main.go. */
export interface Request {
  readonly snippet?: string;
  readonly name?: string;
  readonly file?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly jpath?: readonly string[];
  readonly extStr?: Readonly<Record<string, string>>;
  readonly tlaCode?: Readonly<Record<string, string>>;
}

export type Answer = { readonly value: JsonValue } | { readonly error: string };

/** All answers, in the order of the requests; one process. */
export function askOracle(requests: readonly Request[]): readonly Answer[] {
  const input = requests.map((request, id) => JSON.stringify({ id, ...request })).join('\n');
  const { stdout, status, error } = spawnSync(binary, { input, maxBuffer: 1 << 30, encoding: 'utf8' });
  if (error) throw error;
  expect(status, 'the oracle ran to its end').toBe(0);
  const answers = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { value?: string; error?: string });
  expect(answers.length).toBe(requests.length);
  return answers.map(({ value, error: message }) => (message === undefined ? parseValue(value!) : { error: message }));
}

/** go-jsonnet prints an infinite sum as it is: no JSON, so no value. */
function parseValue(text: string): Answer {
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return { error: `not JSON: ${text}` };
  }
}

/** A group of tests that need go-jsonnet: skipped by name where it is missing, a failure where CI should have it. */
export function describeWithOracle(name: string, body: () => void): void {
  if (hasOracle) {
    describe(name, body);
  } else if (process.env.CI === 'true') {
    test(`${name}: go-jsonnet is installed`, () => {
      expect(hasOracle, `run .ci/install-go-jsonnet.sh: ${binary} is missing`).toBe(true);
    });
  } else {
    describe.skip(`${name} (skipped: .ci/install-go-jsonnet.sh has not been run)`, body);
  }
}
