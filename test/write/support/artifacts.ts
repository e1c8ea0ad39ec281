/** Artifacts and folders for tests of the writer. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import type { Artifact, JsonValue } from '../../../src/model.ts';

export function object(cluster: string, name: string, value: JsonValue): Artifact {
  return {
    cluster,
    path: `kubernetes/dns/configmap_kube-system_${name}.yaml`,
    kind: 'object',
    unit: { kind: 'component', name: 'dns' },
    value: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'kube-system' }, data: value },
  };
}

/** A new folder for one test; `dispose` removes it. */
export function temporaryRoot(): { readonly root: string; readonly dispose: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'weir-write-'));
  return { root, dispose: () => rmSync(root, { recursive: true, force: true }) };
}

/** Every regular file under `root/folder` with its text, by path relative to `root`. */
export function snapshot(root: string, folder = 'out'): Record<string, string> {
  const files: Record<string, string> = {};
  let names: string[];
  try {
    names = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
  } catch {
    return files;
  }
  for (const name of names.sort()) files[name] = readFileSync(join(root, name), 'utf8');
  return files;
}
