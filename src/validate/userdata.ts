/** User data of launch templates and of Karpenter's classes, read as what it is: cloud-config with files. */
import { ungzip } from 'pako';
import { parseDocument } from 'yaml';
import type { Artifact, JsonValue } from '../model.ts';
import { asList, asString, get, pointerOf } from './rule.ts';
import type { ClusterView } from './views.ts';

export interface UserData {
  readonly artifact: Artifact;
  /** Pointer of the text in the artifact. */
  readonly pointer: string;
  readonly text: string;
  /** The pool whose nodes read it; undefined for stacks such as etcd. */
  readonly pool?: string;
  /** Parsed cloud-config; undefined when it is none or does not parse. */
  readonly value?: JsonValue;
  /** Why it does not parse. */
  readonly fault?: string;
  readonly files: readonly UserDataFile[];
}

export interface UserDataFile {
  readonly path: string;
  readonly content: string;
}

const cache = new WeakMap<ClusterView, readonly UserData[]>();
const parsed = new Map<string, Pick<UserData, 'value' | 'fault' | 'files'>>();

/** Every user data of a cluster. Equal texts are parsed once. */
export function userDataOf(cluster: ClusterView): readonly UserData[] {
  const known = cache.get(cluster);
  if (known) return known;
  const found: UserData[] = [];
  for (const template of cluster.templates) {
    for (const name of Object.keys(template.resources)) {
      const resource = template.resources[name];
      if (get(resource, 'Type') !== 'AWS::EC2::LaunchTemplate') continue;
      const text = decode(get(resource, 'Properties', 'LaunchTemplateData', 'UserData'));
      if (text === undefined) continue;
      const pointer = pointerOf('Resources', name, 'Properties', 'LaunchTemplateData', 'UserData');
      const pool = template.artifact.pool;
      found.push({
        artifact: template.artifact,
        pointer,
        text,
        ...(pool === undefined ? {} : { pool }),
        ...parse(text),
      });
    }
  }
  for (const view of cluster.byKind.get('EC2NodeClass') ?? []) {
    const text = asString(get(view.object, 'spec', 'userData'));
    if (text === undefined) continue;
    const pool = view.artifact.pool ?? view.name;
    found.push({ artifact: view.artifact, pointer: '/spec/userData', text, pool, ...parse(text) });
  }
  cache.set(cluster, found);
  return found;
}

/** gzip in base64, base64 alone, or the text itself; undefined for what only CloudFormation can put together. */
function decode(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string') return asString(get(value, 'Fn::Base64'));
  if (!/^[A-Za-z0-9+/=\s]+$/.test(value)) return value;
  const bytes = Buffer.from(value, 'base64');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(
      bytes[0] === 0x1f && bytes[1] === 0x8b ? ungzip(bytes) : bytes,
    );
  } catch {
    return undefined;
  }
}

function parse(text: string): Pick<UserData, 'value' | 'fault' | 'files'> {
  const known = parsed.get(text);
  if (known) return known;
  const result = parseText(text);
  parsed.set(text, result);
  return result;
}

function parseText(text: string): Pick<UserData, 'value' | 'fault' | 'files'> {
  if (!text.startsWith('#cloud-config')) return { files: [] };
  const document = parseDocument(text, { logLevel: 'silent', uniqueKeys: true });
  if (document.errors.length > 0) return { files: [], fault: document.errors[0]!.message.split('\n')[0]! };
  const value = document.toJS({ maxAliasCount: 0 }) as JsonValue;
  const files = asList(get(value, 'write_files')).flatMap((file) => {
    const path = asString(get(file, 'path'));
    const content = asString(get(file, 'content'));
    return path === undefined || content === undefined ? [] : [{ path, content }];
  });
  return { value, files };
}

/** Paths that user data writes, or fetches from secrets by a list of `{files: [{path}]}`. */
export function pathsOf(data: UserData): ReadonlySet<string> {
  const paths = new Set(data.files.map((file) => file.path));
  for (const file of data.files) {
    if (!file.path.endsWith('.json')) continue;
    try {
      for (const secret of asList(JSON.parse(file.content) as JsonValue)) {
        for (const entry of asList(get(secret, 'files'))) {
          const path = asString(get(entry, 'path'));
          if (path !== undefined) paths.add(path);
        }
      }
    } catch {
      // Text that does not parse is the embedded documents' finding.
    }
  }
  return paths;
}

/** Pods that the kubelet starts from files. */
export function staticPods(data: UserData): readonly { readonly file: UserDataFile; readonly value: JsonValue }[] {
  return data.files.flatMap((file) => {
    if (!/\/manifests\/[^/]+\.ya?ml$/.test(file.path)) return [];
    const document = parseDocument(file.content, { logLevel: 'silent' });
    return document.errors.length > 0 ? [] : [{ file, value: document.toJS({ maxAliasCount: 0 }) as JsonValue }];
  });
}
