/** JSON and YAML inside ConfigMaps and user data parse as what their names say. */
import { parseAllDocuments } from 'yaml';
import type { JsonValue } from '../../model.ts';
import { asObject, type ClusterRule, get, pointerOf } from '../rule.ts';
import { userDataOf } from '../userdata.ts';

export const embeddedDocument: ClusterRule = {
  id: 'embedded-document',
  family: 'embedded',
  severity: 'error',
  title: 'JSON and YAML inside ConfigMaps and user data parse',
  scope: 'cluster',
  check(cluster, report) {
    for (const map of cluster.byKind.get('ConfigMap') ?? []) {
      const data = asObject(get(map.object, 'data')) ?? {};
      for (const key of Object.keys(data)) {
        const fault = typeof data[key] === 'string' ? faultOf(key, data[key] as string) : undefined;
        if (fault) report(map.artifact, pointerOf('data', key), `${key} does not parse: ${fault}.`);
      }
    }
    for (const data of userDataOf(cluster)) {
      if (data.fault !== undefined) {
        report(
          data.artifact,
          data.pointer,
          `The user data is no cloud-config that a node could read: ${data.fault}. Nodes would start and never join.`,
        );
      }
      for (const file of data.files) {
        const fault = faultOf(file.path, file.content);
        if (fault)
          report(data.artifact, data.pointer, `User data writes ${file.path}, which does not parse: ${fault}.`);
      }
    }
  },
};

const verdicts = new Map<string, string | undefined>();

/** Why a text is not what its name says; undefined when it is, or when the name says nothing. Templates are left alone. */
function faultOf(name: string, text: string): string | undefined {
  const kind = /\.(json|ya?ml)$/.exec(name)?.[1];
  if (kind === undefined || /\{\{|\$\{/.test(text)) return undefined;
  const key = `${kind}\n${text}`;
  if (!verdicts.has(key)) verdicts.set(key, kind === 'json' ? jsonFault(text) : yamlFault(text));
  return verdicts.get(key);
}

function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text) as JsonValue;
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function yamlFault(text: string): string | undefined {
  const documents = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: true });
  if (!Array.isArray(documents)) return undefined;
  const [error] = documents.flatMap((document) => document.errors);
  return error?.message.split('\n')[0]?.replace(/[:.]$/, '');
}
