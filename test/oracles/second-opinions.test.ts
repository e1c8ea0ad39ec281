/**
 * kubeconform and cfn-lint over the committed `out/`: no error on any template, no invalid object, none skipped without a
 * named reason. Both are installed by `.ci/install-second-opinions.sh`; without them the tests are skipped by name, and
 * in CI a missing one is a failure.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { openSchemas } from '../../src/load/schemas.ts';
import type { JsonObject } from '../../src/model.ts';
import { kubeconformLocation, kubeconformSchemas } from '../../src/validate/kubernetes-schema/kubeconform.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'weir-opinions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The program's path: in the tools of the project, or on the PATH. */
function find(name: string, argument: string): string | undefined {
  const own = join(root, '.weir/tools/bin', name);
  return [own, name].find((program) => spawnSync(program, [argument]).error === undefined);
}

const kubeconform = find('kubeconform', '-v');
const cfnLint = find('cfn-lint', '--version');
const strict = process.env.CI !== undefined && process.env.CI !== '';

/** Files of `out/` that match, with their text; equal texts once. */
function distinct(pattern: RegExp): readonly { readonly path: string; readonly text: string }[] {
  const seen = new Map<string, string>();
  for (const path of readdirSync(join(root, 'out'), { recursive: true, encoding: 'utf8' }).sort()) {
    if (!pattern.test(path)) continue;
    const text = readFileSync(join(root, 'out', path), 'utf8');
    if (!seen.has(text)) seen.set(text, path);
  }
  return [...seen].map(([text, path]) => ({ path, text }));
}

describe('second opinions', () => {
  test('in CI both are installed', () => {
    if (strict)
      expect({ kubeconform, cfnLint }).toEqual({ kubeconform: expect.any(String), cfnLint: expect.any(String) });
  });

  test.skipIf(kubeconform === undefined)(
    'kubeconform finds every committed object valid, and skips none',
    () => {
      const minors = new Map<string, string[]>();
      const clusters = readdirSync(join(root, 'out')).sort();
      for (const cluster of clusters) {
        const file = parse(readFileSync(join(root, `clusters/${cluster}.yaml`), 'utf8')) as {
          readonly channel: string;
        };
        const channel = parse(readFileSync(join(root, `channels/${file.channel}/channel.yaml`), 'utf8')) as {
          readonly kubernetes: string;
        };
        minors.set(channel.kubernetes, [...(minors.get(channel.kubernetes) ?? []), cluster]);
      }
      const schemas = openSchemas();
      const crds = distinct(/customresourcedefinition_[^/]*\.yaml$/).map(({ text }) => parse(text) as JsonObject);
      for (const [minor, names] of minors) {
        const target = mkdtempSync(join(folder, 'schemas-'));
        for (const [name, schema] of kubeconformSchemas(schemas.kubernetes(minor)!, [
          ...schemas.externalCrds(),
          ...crds,
        ])) {
          writeFileSync(join(target, name), JSON.stringify(schema));
        }
        const result = spawnSync(
          kubeconform!,
          [
            '-strict',
            '-summary',
            '-output',
            'json',
            '-n',
            '2',
            '-schema-location',
            `${target}/${kubeconformLocation}`,
            ...names.map((name) => join(root, 'out', name, 'kubernetes')),
          ],
          { encoding: 'utf8', maxBuffer: 1 << 28 },
        );
        const report = JSON.parse(result.stdout) as {
          readonly resources?: readonly { readonly filename: string; readonly msg: string; readonly status: string }[];
          readonly summary: {
            readonly valid: number;
            readonly invalid: number;
            readonly errors: number;
            readonly skipped: number;
          };
        };
        expect((report.resources ?? []).map(({ filename, msg }) => `${filename.slice(root.length)}: ${msg}`)).toEqual(
          [],
        );
        expect(report.summary).toMatchObject({ invalid: 0, errors: 0, skipped: 0 });
        expect(report.summary.valid).toBeGreaterThan(100);
      }
    },
    300_000,
  );

  test.skipIf(cfnLint === undefined)(
    'cfn-lint finds no error on any committed template',
    () => {
      const templates = distinct(/^[^/]+\/cloudformation\/[^/]+\/template\.yaml$/);
      expect(templates.length).toBeGreaterThan(5);
      const paths = templates.map(({ path }) => join(root, 'out', path));
      const result = spawnSync(cfnLint!, ['--non-zero-exit-code', 'error', '--format', 'json', '--', ...paths], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      });
      const findings = JSON.parse(result.stdout || '[]') as readonly {
        readonly Filename: string;
        readonly Level: string;
        readonly Message: string;
        readonly Rule: { readonly Id: string };
      }[];
      const errors = findings.filter((finding) => finding.Level === 'Error');
      expect(
        errors.map((finding) => `${finding.Filename.slice(root.length)}: ${finding.Rule.Id} ${finding.Message}`),
      ).toEqual([]);
      expect(result.status).toBe(0);
    },
    600_000,
  );
});
