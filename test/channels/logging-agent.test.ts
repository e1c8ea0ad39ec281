/** Where the logging agent sends what, by its own configuration: the routing of Fluent Bit, followed by hand. */
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject, JsonValue } from '../../src/model.ts';
import { at, type CompiledObject, compileVariant, list, nameOf, ofKind } from './compiled.ts';

const tag = 'kube.var.log.containers.web-1_default_web-0123.log';

class Agent {
  readonly #objects: readonly CompiledObject[];
  constructor(objects: readonly CompiledObject[]) {
    this.#objects = objects.filter((object) => object.unit === 'logging-agent');
  }

  get daemonSet(): JsonObject {
    return ofKind(this.#objects, 'DaemonSet')[0] ?? {};
  }

  get files(): JsonObject {
    const map = ofKind(this.#objects, 'ConfigMap').find((object) => nameOf(object) === 'logging-agent');
    return (at(map, 'data') ?? {}) as JsonObject;
  }

  get pipeline(): JsonObject {
    return (at(parse(String(this.files['fluent-bit.yaml'])) as JsonValue, 'pipeline') ?? {}) as JsonObject;
  }

  /** The outputs that get a container's line, by the pod's annotation. */
  destinations(annotation?: string): readonly string[] {
    const annotations: JsonObject = annotation === undefined ? {} : { 'logging/destination': annotation };
    const record: JsonObject = { kubernetes: { pod_name: 'web-1', annotations } };
    return this.outputs(rewritten(list(this.#filter('rewrite_tag'), 'rule').map(String), record));
  }

  outputs(routed: string): readonly string[] {
    return list(this.pipeline, 'outputs')
      .filter((output) => new RegExp(String(at(output, 'match_regex'))).test(routed))
      .map((output) => String(at(output, 'alias')))
      .sort();
  }

  #filter(name: string): JsonValue | undefined {
    return list(this.pipeline, 'filters').find((filter) => at(filter, 'name') === name);
  }
}

/** The tag after the first rule that holds: `<key> <regular expression> <new tag> <keep>`. */
function rewritten(rules: readonly string[], record: JsonObject): string {
  for (const rule of rules) {
    const [key = '', pattern = '', next = ''] = rule.split(' ');
    const path = [...key.matchAll(/\$(\w+)|\['([^']+)'\]/g)].map((match) => match[1] ?? match[2] ?? '');
    const value = at(record, ...path);
    if (typeof value === 'string' && new RegExp(pattern).test(value)) return next.replace('$TAG', tag);
  }
  return tag;
}

const archive = { archive_bucket: 'example-logs' };
const agent = async (config: JsonObject) => new Agent(await compileVariant('kube-1', { 'logging-agent': config }));

describe('destinations', () => {
  let both: Agent;
  let primary: Agent;
  beforeAll(async () => {
    both = await agent(archive);
    primary = await agent({});
  });

  it.each([
    ['none', []],
    ['primary', ['scalyr']],
    ['archive', ['archive']],
    ['both', ['archive', 'scalyr']],
  ])('honours the annotation %s', (annotation, outputs) => {
    expect(both.destinations(annotation)).toEqual(outputs);
  });

  it('sends what says nothing, or something else, where the default says', async () => {
    expect(both.destinations()).toEqual(['scalyr']);
    expect(both.destinations('elsewhere')).toEqual(['scalyr']);
    expect((await agent({ ...archive, default_destination: 'both' })).destinations()).toEqual(['archive', 'scalyr']);
    expect((await agent({ default_destination: 'none' })).destinations()).toEqual([]);
  });

  it('has no archive without a bucket', () => {
    expect(primary.destinations('both')).toEqual(['scalyr']);
    expect(primary.destinations('archive')).toEqual([]);
  });

  it('sends the journal where it should go', async () => {
    const tagOf = (found: Agent) => String(at(list(found.pipeline, 'inputs')[1], 'tag'));
    expect(both.outputs(tagOf(both))).toEqual(['scalyr']);
    const archived = await agent({ ...archive, journal: { destination: 'archive' } });
    expect(archived.outputs(tagOf(archived))).toEqual(['archive']);
  });
});

describe('the agent', () => {
  let found: Agent;
  beforeAll(async () => {
    found = await agent(archive);
  });
  const pod = () => at(found.daemonSet, 'spec', 'template', 'spec');
  const mounts = () => list(pod(), 'containers', 0, 'volumeMounts');
  const mount = (name: string) => mounts().find((entry) => at(entry, 'name') === name);

  it('runs on every node', () => {
    expect(list(pod(), 'tolerations')).toEqual([{ operator: 'Exists' }]);
    expect(at(pod(), 'nodeSelector')).toBeUndefined();
  });

  it('reads the logs of the node, and writes its own state alone', () => {
    const writable = mounts().filter((entry) => at(entry, 'readOnly') !== true);
    expect(writable.map((entry) => at(entry, 'name'))).toEqual(['state']);
    for (const input of list(found.pipeline, 'inputs')) {
      expect(String(at(input, 'path'))).toMatch(`${String(at(mount('logs'), 'mountPath'))}/`);
      expect(String(at(input, 'db'))).toMatch(`${String(at(mount('state'), 'mountPath'))}/`);
    }
    const state = list(pod(), 'volumes').find((entry) => at(entry, 'name') === 'state');
    expect(at(state, 'hostPath', 'path')).toBe('/var/lib/logging-agent');
  });

  it('takes the API key from a Secret', () => {
    const key = list(pod(), 'containers', 0, 'env').find((entry) => at(entry, 'name') === 'SCALYR_API_KEY');
    expect(at(key, 'valueFrom', 'secretKeyRef')).toEqual({ name: 'logging-agent', key: 'scalyr-api-key' });
    const output = list(found.pipeline, 'outputs').find((entry) => at(entry, 'alias') === 'scalyr');
    expect(list(output, 'header')).toEqual(['Authorization Bearer ${SCALYR_API_KEY}']);
  });

  it('calls functions that its script has', () => {
    const script = String(found.files['shape.lua']);
    const calls = list(found.pipeline, 'filters').flatMap((filter) => {
      const name = at(filter, 'call');
      return name === undefined ? [] : [String(name)];
    });
    expect(calls).toEqual(['container', 'journal']);
    for (const name of calls) expect(script).toContain(`function ${name}(tag, timestamp, record)`);
  });

  it('compiles to nothing when nothing is to be shipped', async () => {
    expect((await agent({ primary: 'none' })).daemonSet).toEqual({});
    expect((await agent({ enabled: false })).daemonSet).toEqual({});
  });
});
