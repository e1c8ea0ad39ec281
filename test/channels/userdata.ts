/** Reading user data as a machine does. */
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import type { JsonObject, JsonValue } from '../../src/model.ts';
import { at, list } from './compiled.ts';

export interface UserDataFile {
  readonly path: string;
  readonly content: string;
  readonly permissions: string;
}

export interface UserData {
  readonly launchTemplate: string;
  /** Bytes as EC2 counts them: compressed, not yet in base64. */
  readonly size: number;
  readonly files: readonly UserDataFile[];
  readonly commands: readonly JsonValue[];
}

/** User data of every launch template of a template, by cloud-init's document. */
export function userDataOf(template: JsonObject): readonly UserData[] {
  const resources = (at(template, 'Resources') ?? {}) as JsonObject;
  return Object.keys(resources).flatMap((launchTemplate) => {
    const encoded = at(resources, launchTemplate, 'Properties', 'LaunchTemplateData', 'UserData');
    if (typeof encoded !== 'string') return [];
    const bytes = Buffer.from(encoded, 'base64');
    return [{ launchTemplate, size: bytes.length, ...readDocument(gunzipSync(bytes).toString('utf8')) }];
  });
}

/** A cloud-config document. */
export function readDocument(text: string): Pick<UserData, 'files' | 'commands'> {
  if (!text.startsWith('#cloud-config\n')) throw new Error('this is no cloud-config document');
  const document = parse(text) as JsonObject;
  return {
    files: list(document, 'write_files') as unknown as readonly UserDataFile[],
    commands: list(document, 'runcmd'),
  };
}

/** The content of one file; throws when there is none. */
export function contentOf(data: Pick<UserData, 'files'>, path: string): string {
  const file = data.files.find((candidate) => candidate.path === path);
  if (file === undefined) throw new Error(`the user data writes no ${path}`);
  return file.content;
}

/** Paths that the machine fetches as secrets at boot. */
export function secretPaths(data: Pick<UserData, 'files'>): readonly string[] {
  const secrets = JSON.parse(contentOf(data, '/etc/kubernetes/secrets.json')) as readonly JsonObject[];
  return secrets.flatMap((secret) => list(secret, 'files').map((file) => String(at(file, 'path'))));
}

/** Manifests of static pods. */
export function staticPods(data: Pick<UserData, 'files'>): readonly JsonObject[] {
  return data.files
    .filter((file) => file.path.startsWith('/etc/kubernetes/manifests/'))
    .map((file) => parse(file.content) as JsonObject);
}
