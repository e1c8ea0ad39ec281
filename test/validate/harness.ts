/** Runs rules over YAML text: objects, and templates (documents with `Resources`), as one cluster's artifacts. */
import { parseAllDocuments } from 'yaml';
import { openSchemas } from '../../src/load/schemas.ts';
import type { Artifact, Cluster, ClusterPlan, JsonObject, JsonValue, Repository } from '../../src/model.ts';
import { createRuleData } from '../../src/validate/data.ts';
import type { Rule } from '../../src/validate/rule.ts';
import { type ValidateResult, validate } from '../../src/validate/run.ts';

export const schemas = openSchemas();
export const data = createRuleData(schemas);

export interface JudgeOptions {
  readonly kubernetes?: string;
  /** Identity and facts of the cluster. */
  readonly identity?: JsonObject;
  readonly facts?: JsonObject;
  readonly now?: Date;
}

/** Values of all documents of a text. `<300000 characters>` in it stands for that many. */
export function documents(text: string): readonly JsonValue[] {
  const filled = text.replace(/<(\d+) characters>/g, (_all, count: string) => 'x'.repeat(Number(count)));
  return parseAllDocuments(filled, { merge: true }).flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    const value = document.toJS() as JsonValue | undefined;
    return value === null || value === undefined ? [] : [value];
  });
}

export function artifactsOf(values: readonly JsonValue[]): readonly Artifact[] {
  return values.map((value, index) => {
    const template = typeof value === 'object' && value !== null && Object.hasOwn(value, 'Resources');
    return {
      cluster: 'kube-1',
      path: template ? `cloudformation/stack-${index}/template.yaml` : `kubernetes/example/object-${index}.yaml`,
      kind: template ? 'template' : 'object',
      unit: { kind: template ? 'stack' : 'component', name: template ? `stack-${index}` : 'example' },
      value,
    };
  });
}

export function planOf(options: JudgeOptions = {}): ClusterPlan {
  const empty = new Map<string, never>();
  const file = { file: 'clusters/kube-1.yaml', value: {}, places: empty, keyPlaces: empty };
  const cluster: Cluster = {
    name: 'kube-1',
    file,
    identity: {
      id: 'aws:123456789012:eu-central-1:kube-1',
      name: 'kube-1',
      local_id: 'kube-1',
      region: 'eu-central-1',
      infrastructure_account: 'aws:123456789012',
      api_server_url: 'https://kube-1.example.org',
      ...options.identity,
    },
    channel: 'beta',
    channels: empty,
    lifecycleStatus: 'ready',
    nodePools: [],
    overlay: {},
    facts: options.facts ?? {},
  };
  return { cluster, kubernetes: options.kubernetes ?? '1.34', shared: empty, units: [] };
}

/** The findings of some rules over one cluster that has these documents. */
export function judge(text: string, rules: readonly Rule[], options: JudgeOptions = {}): ValidateResult {
  return judgeValues(documents(text), rules, options);
}

export function judgeValues(
  values: readonly JsonValue[],
  rules: readonly Rule[],
  options: JudgeOptions = {},
): ValidateResult {
  const repository: Repository = {
    tree: { label: 'test', kind: () => undefined, list: () => [], read: () => undefined },
    channels: new Map(),
    clusters: [],
  };
  return validate({
    repository,
    plans: [planOf(options)],
    artifacts: artifactsOf(values),
    data,
    rules,
    locate: () => undefined,
    outputPlace: () => undefined,
    readSource: () => undefined,
    sourceFiles: [],
    now: options.now ?? new Date('2026-06-01T00:00:00Z'),
  });
}
