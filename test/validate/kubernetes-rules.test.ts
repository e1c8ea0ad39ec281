/** Rules about objects, case by case: what each message is for, and what is no finding. */
import { describe, expect, test } from 'vitest';
import { isSchedule } from '../../src/validate/kubernetes-schema/schedule.ts';
import { schemaRules } from '../../src/validate/rules/index-schema.ts';
import { judge } from './harness.ts';

const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  strategy: {type: RollingUpdate}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers: [{name: init, image: init:1}]
      containers:
        - name: web
          image: web:1
          ports: [{name: http, containerPort: 8080}]
          env: [{name: A, value: b}]
          resources: {requests: {cpu: 100m}, limits: {cpu: "1"}}
          livenessProbe: {httpGet: {path: /, port: http}}
          volumeMounts: [{name: tmp, mountPath: /tmp}]
      volumes: [{name: tmp, emptyDir: {}}]
`;
const service = `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
spec: {type: ClusterIP, selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
`;
const job = `
apiVersion: batch/v1
kind: CronJob
metadata: {name: clean, namespace: default}
spec:
  schedule: "*/5 * * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a:1}]}}}}
`;

/** Rules and pointers of all findings. */
function found(text: string, kubernetes = '1.34'): readonly string[] {
  return judge(text, schemaRules, { kubernetes }).findings.map((finding) => `${finding.rule} ${finding.pointer}`);
}

const container = '/spec/template/spec/containers/0';

describe.each([
  ['workload', workload],
  ['service', service],
  ['job', job],
])('%s', (_name, text) => {
  test('is valid', () => expect(found(text)).toEqual([]));
});

test.each([
  [workload, 'name: web\n          image', 'name: Web\n          image', `container-fields ${container}/name`],
  [workload, 'name: init,', 'name: web,', `container-fields ${container}/name`],
  [workload, 'image: web:1', 'image: ""', `container-fields ${container}`],
  [workload, 'name: http, containerPort', 'name: HTTP, containerPort', `container-fields ${container}/ports/0/name`],
  [workload, 'containerPort: 8080', 'containerPort: 80800', `container-fields ${container}/ports/0/containerPort`],
  [workload, '{name: A, value: b}', '{name: 1A, value: b}', `container-fields ${container}/env/0/name`],
  [
    workload,
    '{name: A, value: b}',
    '{name: A, value: b, valueFrom: {fieldRef: {fieldPath: status.podIP}}}',
    `container-fields ${container}/env/0`,
  ],
  [workload, '{name: A, value: b}', '{name: A, valueFrom: {}}', `container-fields ${container}/env/0/valueFrom`],
  [
    workload,
    '{httpGet: {path: /, port: http}}',
    '{httpGet: {path: /, port: http}, tcpSocket: {port: http}}',
    `container-fields ${container}/livenessProbe`,
  ],
  [
    workload,
    '{httpGet: {path: /, port: http}}',
    '{exec: {command: [a]}, successThreshold: 2}',
    `container-fields ${container}/livenessProbe/successThreshold`,
  ],
  [workload, 'emptyDir: {}}', 'emptyDir: {}, hostPath: {path: /}}', 'volume-source /spec/template/spec/volumes/0'],
  [workload, '{name: tmp, emptyDir: {}}', '{name: tmp}', 'volume-source /spec/template/spec/volumes/0'],
  [workload, 'cpu: 100m', 'cpu: 1100m', `resource-limits ${container}/resources/requests/cpu`],
  [workload, 'cpu: 100m', 'gpu: 1', `resource-limits ${container}/resources/requests/gpu`],
  [workload, 'cpu: 100m', 'nvidia.com/gpu: 1', `resource-limits ${container}/resources/requests/nvidia.com~1gpu`],
  [
    workload,
    'type: RollingUpdate',
    'type: Recreate, rollingUpdate: {maxSurge: 1}',
    'workload-fields /spec/strategy/rollingUpdate',
  ],
  [
    workload,
    'type: RollingUpdate',
    'rollingUpdate: {maxSurge: 0, maxUnavailable: 0}',
    'workload-fields /spec/strategy/rollingUpdate',
  ],
  [workload, 'matchLabels: {app: web}', '', 'workload-fields /spec/selector'],
  [job, '*/5 * * * *', '*/5 * * *', 'workload-fields /spec/schedule'],
  [job, 'restartPolicy: Never, ', '', 'workload-fields /spec/jobTemplate/spec/template/spec'],
  [job, 'name: clean', `name: ${'a'.repeat(53)}`, 'metadata-name /metadata/name'],
  [service, '{name: http,', '{nodePort: 30000, name: http,', 'service-fields /spec/ports/0/nodePort'],
  [service, 'port: 80,', 'port: 0,', 'service-fields /spec/ports/0/port'],
  [service, ', targetPort: http}', ', targetPort: http}, {port: 81}', 'service-fields /spec/ports/1'],
  [service, 'type: ClusterIP', 'type: ExternalName', 'service-fields /spec'],
  [service, 'name: web,', 'name: 1web,', 'metadata-name /metadata/name'],
  [service, ', namespace: default', '', 'metadata-namespace /metadata'],
])('%#: %s', (text, from, to, expected) => {
  expect(text).toContain(from);
  expect(found(text.replace(from, to))).toContain(expected);
});

test('API versions by minor', () => {
  const policy = `
apiVersion: flowcontrol.apiserver.k8s.io/v1beta3
kind: FlowSchema
metadata: {name: a}
spec: {priorityLevelConfiguration: {name: b}}
`;
  expect(found(policy, '1.32')).toEqual(['kubernetes-removed-api /apiVersion']);
  expect(judge(policy, schemaRules).unchecked).toEqual([]);
});

test('a minor without schemas, and a kind without a definition, are named', () => {
  expect(judge(service, schemaRules, { kubernetes: '1.2' }).unchecked).toMatchObject([
    { rule: 'kubernetes-unknown-kind', what: 'v1 Service' },
  ]);
  const custom = '{apiVersion: example.org/v1, kind: Pool, metadata: {name: a, namespace: b}}';
  expect(judge(custom, schemaRules).unchecked).toMatchObject([{ what: 'example.org/v1 Pool', clusters: ['kube-1'] }]);
});

test('schedules', () => {
  for (const text of ['0 0 * * *', '*/15 1-5,9 1 jan mon-fri', '@daily', '@every 1h', '5/10 * ? * *']) {
    expect([text, isSchedule(text)]).toEqual([text, true]);
  }
  for (const text of [
    '',
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 7',
    '5-1 * * * *',
    '*/0 * * * *',
    '@often',
  ]) {
    expect([text, isSchedule(text)]).toEqual([text, false]);
  }
});
