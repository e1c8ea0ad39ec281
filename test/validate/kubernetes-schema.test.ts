import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/model.ts';
import { isCidr, isIpv6, isQuantity, quantityValue } from '../../src/validate/kubernetes-schema/formats.ts';
import { kubeconformSchemas } from '../../src/validate/kubernetes-schema/kubeconform.ts';
import { keyFault, labelValueFault, objectNameFault } from '../../src/validate/kubernetes-schema/metadata.ts';
import { data, documents, schemas } from './harness.ts';

/** Issues of the last document; the documents before it are CRDs of the compile. */
function issues(text: string, kubernetes = '1.34'): readonly string[] | undefined {
  const values = documents(text) as readonly JsonObject[];
  return data
    .validateObject(kubernetes, values.at(-1)!, values.slice(0, -1))
    ?.map((issue) => `${issue.code} ${issue.pointer}`);
}

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: web:1
          ports: [{containerPort: 8080}]
          resources: {requests: {cpu: 100m, memory: 64Mi}}
          readinessProbe: {httpGet: {path: /, port: http}}
`;

describe('built-in kinds', () => {
  test('a plain deployment is valid for every pinned minor', () => {
    expect(schemas.minors.length).toBeGreaterThanOrEqual(4);
    for (const minor of schemas.minors) expect([minor, issues(deployment, minor)]).toEqual([minor, []]);
  });

  test.each([
    ['a misspelt field', 'replicas: 2', 'replcas: 2', 'unknown-field /spec/replcas'],
    ['a quoted number', 'replicas: 2', 'replicas: "2"', 'type /spec/replicas'],
    ['a fraction', 'replicas: 2', 'replicas: 2.5', 'type /spec/replicas'],
    ['more than an int32', 'replicas: 2', 'replicas: 4294967296', 'value /spec/replicas'],
    ['a list for a map', '{matchLabels: {app: web}}', '[web]', 'type /spec/selector'],
    ['a missing selector', 'selector: {matchLabels: {app: web}}', 'paused: false', 'required /spec'],
    ['null where something is required', 'selector: {matchLabels: {app: web}}', 'selector: null', 'required /spec'],
    ['a quantity with a space', '64Mi', '64 Mi', 'value /spec/template/spec/containers/0/resources/requests/memory'],
    ['a quantity that is a boolean', '64Mi', 'true', 'type /spec/template/spec/containers/0/resources/requests/memory'],
    [
      'a port that is a map',
      'port: http',
      'port: {a: 1}',
      'type /spec/template/spec/containers/0/readinessProbe/httpGet/port',
    ],
    [
      'two ports with the default protocol',
      '[{containerPort: 8080}]',
      '[{containerPort: 8080}, {containerPort: 8080, protocol: TCP}]',
      'duplicate /spec/template/spec/containers/0/ports/1',
    ],
    [
      'an unknown policy',
      'image: web:1',
      'imagePullPolicy: always',
      'enum /spec/template/spec/containers/0/imagePullPolicy',
    ],
    ['an unknown kind', 'kind: Deployment', 'kind: Deploymnt', 'unknown-kind /kind'],
    ['the wrong group', 'apps/v1', 'v1', 'unknown-kind /apiVersion'],
  ])('%s', (_name, from, to, issue) => {
    expect(deployment).toContain(from);
    expect(issues(deployment.replace(from, to))).toEqual([issue]);
  });

  test('numbers are quantities, and both sides of int-or-string are taken', () => {
    expect(issues(deployment.replace('cpu: 100m', 'cpu: 1').replace('port: http', 'port: 8080'))).toEqual([]);
  });

  test('a field of a newer minor is unknown to an older one', () => {
    const text = deployment.replace('containers:', 'hostnameOverride: a\n      containers:');
    expect(issues(text, '1.32')).toEqual(['unknown-field /spec/template/spec/hostnameOverride']);
    expect(issues(text, '1.34')).toEqual([]);
  });

  test('keys of Object.prototype are ordinary keys', () => {
    for (const key of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      const object = JSON.parse(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"${key}":{}}`);
      expect(data.validateObject('1.34', object, [])?.map((issue) => issue.code)).toEqual(['unknown-field']);
    }
  });

  test('an unknown minor, or an unknown group, cannot be checked', () => {
    expect(issues(deployment, '1.2')).toBeUndefined();
    expect(issues('{apiVersion: example.org/v1, kind: Thing, metadata: {name: a}}')).toBeUndefined();
  });

  test('a renamed key anywhere in the object is found', () => {
    const base = documents(deployment)[0]!;
    const places = mapKeys(base).filter((path) => !/labels|matchLabels|requests/.test(path.slice(0, -1).join('/')));
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.constantFrom('x', 'Z', '_'), (path, suffix) => {
        const changed = structuredClone(base) as Record<string, JsonValue>;
        const parent = path.slice(0, -1).reduce<JsonValue>((at, key) => (at as JsonObject)[key]!, changed);
        const name = String(path.at(-1));
        (parent as Record<string, JsonValue>)[name + suffix] = (parent as JsonObject)[name]!;
        delete (parent as Record<string, JsonValue>)[name];
        expect(data.validateObject('1.34', changed, [])).not.toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

function mapKeys(value: JsonValue, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (Array.isArray(value)) return value.flatMap((entry: JsonValue, index) => mapKeys(entry, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [[...path, key], ...mapKeys(child, [...path, key])]);
}

const crd = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: pools.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {plural: pools, kind: Pool}
  versions:
    - {name: v1alpha1, served: false, storage: false, schema: {openAPIV3Schema: {type: object}}}
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            spec:
              type: object
              required: [size, mode]
              properties:
                size: {type: integer, minimum: 1, maximum: 10}
                mode: {type: string, enum: [Auto, Off], default: Auto}
                port: {x-kubernetes-int-or-string: true}
                note: {type: string, nullable: true}
                text: {type: string, pattern: "^a+$", maxLength: 3}
                free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                empty: {type: object}
                map: {type: object, additionalProperties: {type: integer}}
                set: {type: array, items: {type: string}, x-kubernetes-list-type: set}
                either: {type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}
                template: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
                min: {type: integer}
                quota: {type: string}
                delay: {type: string, format: duration}
                namespace: {type: string}
                odd: {type: string, x-kubernetes-validations: [{rule: "self.format(['x']) != ''"}]}
              x-kubernetes-validations:
                - {rule: "!has(self.min) || self.min <= self.size", message: min above size, fieldPath: .min}
                - {rule: "self.size == oldSelf.size", message: immutable}
                - {rule: "!has(self.quota) || quantity(self.quota).isLessThan(quantity('2Gi'))", messageExpression: "'quota ' + self.quota"}
                - {rule: "!has(self.delay) || self.delay < duration('1h')", message: too long}
                - {rule: "!has(self.__namespace__) || self.__namespace__ != 'kube-system'", message: not there}
---
`;
const pool = (spec: string, apiVersion = 'example.org/v1') =>
  `${crd}{apiVersion: ${apiVersion}, kind: Pool, metadata: {name: a, namespace: b}, spec: ${spec}}`;

describe('custom resources', () => {
  test.each([
    ['defaults count as set', '{size: 3}', []],
    ['bounds', '{size: 11}', ['value /spec/size']],
    ['enums', '{size: 1, mode: auto}', ['enum /spec/mode']],
    ['a required field', '{}', ['required /spec']],
    ['pruning is an unknown field', '{size: 1, sise: 1}', ['unknown-field /spec/sise']],
    ['an object without properties keeps nothing', '{size: 1, empty: {a: 1}}', ['unknown-field /spec/empty/a']],
    ['preserved fields stay', '{size: 1, free: {a: {b: 1}}}', []],
    ['map values', '{size: 1, map: {a: x}}', ['type /spec/map/a']],
    ['int-or-string', '{size: 1, port: http}', []],
    ['int-or-string takes no boolean', '{size: 1, port: true}', ['type /spec/port']],
    ['null where it is not allowed', '{size: 1, text: null}', ['type /spec/text']],
    ['null for a default', '{size: 1, mode: null}', []],
    ['patterns and lengths', '{size: 1, text: aaaa}', ['value /spec/text']],
    ['sets', '{size: 1, set: [a, b, a]}', ['duplicate /spec/set/2']],
    ['oneOf', '{size: 1, either: {a: x, b: y}}', ['value /spec/either']],
    [
      'embedded resources keep their type',
      '{size: 1, template: {apiVersion: v1, kind: X, metadata: {nam: a}}}',
      ['unknown-field /spec/template/metadata/nam'],
    ],
    ['a CEL rule at its field', '{size: 1, min: 2}', ['rule /spec/min']],
    ['a CEL rule with a quantity', '{size: 1, quota: 3Gi}', ['rule /spec']],
    ['a CEL rule with a duration', '{size: 1, delay: 90m}', ['rule /spec']],
    ['a CEL rule over a reserved name', '{size: 1, namespace: kube-system}', ['rule /spec']],
    ['what CEL cannot run is said', '{size: 1, odd: a}', ['rule-unchecked /spec/odd']],
    ['null where it is nullable', '{size: 1, note: null}', []],
  ])('%s', (_name, spec, expected) => {
    expect(issues(pool(spec))).toEqual(expected);
  });

  test('a version that is not served', () => {
    expect(issues(pool('{}', 'example.org/v1alpha1'))).toContain('unknown-kind /apiVersion');
  });

  test('metadata is Kubernetes’ own', () => {
    expect(
      issues(
        `${crd}{apiVersion: example.org/v1, kind: Pool, metadata: {name: a, creationTimestamp: null}, spec: {size: 1}}`,
      ),
    ).toEqual([]);
    expect(issues(`${crd}{apiVersion: example.org/v1, kind: Pool, metadata: {nme: a}, spec: {size: 1}}`)).toEqual([
      'unknown-field /metadata/nme',
    ]);
  });
});

describe('grammars', () => {
  test.each(['0', '1', '-1', '1.5', '.5', '100m', '1Gi', '1e3', '1E', '2Ki', '+3k'])('%s is a quantity', (text) => {
    expect(isQuantity(text)).toBe(true);
  });
  test.each(['', '1 Gi', '1gi', 'Gi', '1GiB', '1mm', '0x1', '1e', '1.2.3'])('%j is no quantity', (text) => {
    expect(isQuantity(text)).toBe(false);
  });
  test('quantities compare', () => {
    expect(quantityValue('1Ki')).toBe(1024);
    expect(quantityValue('1500m')).toBe(1.5);
    expect(quantityValue('1e3')).toBe(1000);
    expect(quantityValue('1E')).toBe(1e18);
  });
  test('addresses', () => {
    expect(['::1', 'fd00::', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4'].filter((text) => !isIpv6(text))).toEqual([]);
    expect(['1::2::3', '1:2', ':::', 'g::', '1:2:3:4:5:6:7:8:9'].filter(isIpv6)).toEqual([]);
    expect(['10.0.0.0/8', 'fd00::/8'].filter((text) => !isCidr(text))).toEqual([]);
    expect(['10.0.0.0', '10.0.0.0/33', '256.0.0.0/8', 'x/8'].filter(isCidr)).toEqual([]);
  });
  test('keys and label values', () => {
    expect(['a', 'a.b/c_d', 'A9', 'x-y.z/1'].map(keyFault)).toEqual([undefined, undefined, undefined, undefined]);
    expect(['', '/a', 'a/', 'a/b/c', 'A.b/c', '-a', `a${'b'.repeat(63)}`].filter((key) => !keyFault(key))).toEqual([]);
    expect([labelValueFault(''), labelValueFault('a.b-c_D')]).toEqual([undefined, undefined]);
    expect(['-a', 'a-', 'a b', 'a/b', 'a'.repeat(64)].filter((value) => !labelValueFault(value))).toEqual([]);
  });
  test('names by kind', () => {
    expect(objectNameFault('', 'ConfigMap', 'a.b-c')).toBeUndefined();
    expect(objectNameFault('', 'Service', 'a.b')).toBeDefined();
    expect(objectNameFault('', 'Service', '1a')).toBeDefined();
    expect(objectNameFault('rbac.authorization.k8s.io', 'ClusterRole', 'system:node_X')).toBeUndefined();
    expect(objectNameFault('batch', 'CronJob', 'a'.repeat(53))).toBeDefined();
    expect(objectNameFault('batch', 'CronJob', 'a'.repeat(52))).toBeUndefined();
  });
});

test('the export for kubeconform has every kind, closed, with its own definitions', () => {
  const files = kubeconformSchemas(schemas.kubernetes('1.34')!, documents(crd) as readonly JsonObject[]);
  expect([...files.keys()]).toContain('deployment-apps-v1.json');
  expect([...files.keys()]).toContain('pod-v1.json');
  expect([...files.keys()]).toContain('clusterrole-rbac-v1.json');
  expect([...files.keys()]).toContain('pool-example-v1.json');
  const pod = files.get('pod-v1.json') as { definitions: Record<string, { additionalProperties?: unknown }> };
  expect(pod.definitions['io.k8s.api.core.v1.PodSpec']?.additionalProperties).toBe(false);
  const text = JSON.stringify(pod);
  for (const [, name] of text.matchAll(/"#\/definitions\/([^"]+)"/g)) expect(pod.definitions[name!]).toBeDefined();
});
