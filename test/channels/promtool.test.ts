/** Prometheus's own checker on the configuration and the rules of every variant: `.ci/install-promtool.sh` installs it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/model.ts';
import { at, compileVariant, nameOf, ofKind, root } from './compiled.ts';

const binary = process.env.WEIR_PROMTOOL ?? join(root, '.weir/tools/bin/promtool');
const installed = existsSync(binary);

interface Variant {
  readonly name: string;
  readonly config: JsonObject;
}
const variants = parse(readFileSync(join(root, 'test/channels/variants/prometheus.yaml'), 'utf8')) as Variant[];

it.runIf(process.env.CI === 'true')('promtool is installed', () => {
  expect(installed, `run .ci/install-promtool.sh: ${binary} is missing`).toBe(true);
});

describe.runIf(installed)('promtool check config', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'weir-promtool-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([{ name: 'defaults', config: {} }, ...variants])('$name', async ({ config }) => {
    const objects = await compileVariant('kube-1', { prometheus: config });
    const map = ofKind(objects, 'ConfigMap').find((object) => nameOf(object) === 'prometheus');
    // The files that the pod has at fixed places.
    writeFileSync(join(folder, 'ca.crt'), 'certificate');
    writeFileSync(join(folder, 'token'), 'token');
    const local = (text: string) =>
      text
        .replaceAll('/var/run/secrets/kubernetes.io/serviceaccount/', `${folder}/`)
        .replaceAll('/etc/prometheus-remote-write/', `${folder}/`)
        .replaceAll('/etc/prometheus/', `${folder}/`);
    writeFileSync(join(folder, 'rules.yaml'), String(at(map, 'data', 'rules.yaml')));
    writeFileSync(join(folder, 'prometheus.yaml'), local(String(at(map, 'data', 'prometheus.yaml'))));
    const { status, stdout, stderr } = spawnSync(
      binary,
      ['check', 'config', '--lint=all', '--lint-fatal', join(folder, 'prometheus.yaml')],
      { encoding: 'utf8', env: { ...process.env, POD_NAME: 'prometheus-0' } },
    );
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain('is valid prometheus config file syntax');
    expect(stdout).toMatch(/[1-9]\d* rules found/);
  });
});
