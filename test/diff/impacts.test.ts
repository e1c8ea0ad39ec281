/** What changes do: each class of impact as a pair of states, and near misses that must not alarm. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { impactData } from '../../src/commands/shared/comparison.ts';
import { compareFleet } from '../../src/diff/fleet.ts';
import { impactRules } from '../../src/diff/impact/index.ts';
import type { Artifact, FleetDiff, JsonObject, JsonValue } from '../../src/model.ts';

const data = impactData();

/** One state: objects and templates by a short name. A value with `Resources` is the template of the stack of that name. */
type State = Readonly<Record<string, JsonValue>>;

function artifactsOf(state: State): readonly Artifact[] {
  return Object.entries(state).map(([name, value]) => {
    const template = typeof value === 'object' && value !== null && Object.hasOwn(value, 'Resources');
    const pool = template && name.startsWith('pool-') ? name.slice('pool-'.length) : undefined;
    return {
      cluster: 'kube-1',
      path: template
        ? `cloudformation/${pool ? `node-pool-${pool}` : name}/template.yaml`
        : `kubernetes/web/${name}.yaml`,
      kind: template ? 'template' : 'object',
      unit: { kind: template ? (pool ? 'profile' : 'stack') : 'component', name: 'web' },
      ...(pool ? { pool } : {}),
      value,
    };
  });
}

function diffOf(before: State, after: State, kubernetes = '1.34'): FleetDiff {
  const [old, fresh] = [artifactsOf(before), artifactsOf(after)];
  const paths = new Set([...old, ...fresh].map((artifact) => artifact.path));
  const side = (artifacts: readonly Artifact[]) => ({
    identity: { region: 'eu-central-1', infrastructure_account: 'aws:123456789012' },
    facts: {},
    channel: 'beta',
    kubernetes,
    channels: new Map<string, string>(),
    artifacts: () => artifacts,
  });
  return compareFleet({
    base: 'before',
    head: 'after',
    data,
    sources: { files: new Set(), firstLine: () => 1, changedAfter: () => false, changedBefore: () => false },
    unitFolder: () => undefined,
    clusters: [
      {
        name: 'kube-1',
        before: side(old),
        after: side(fresh),
        pairs: [...paths].sort().flatMap((path) => {
          const [a, b] = [
            old.find((artifact) => artifact.path === path),
            fresh.find((artifact) => artifact.path === path),
          ];
          return JSON.stringify(a?.value) === JSON.stringify(b?.value)
            ? []
            : [{ ...(a ? { before: a } : {}), ...(b ? { after: b } : {}) }];
        }),
      },
    ],
  });
}

/** `impact: text` of every note, the loudest first. */
function notes(diff: FleetDiff): readonly string[] {
  return diff.causes.flatMap((cause) =>
    cause.groups.flatMap((group) =>
      group.notes.flatMap((note) => note.texts.map(({ text }) => `${note.impact}: ${text}`)),
    ),
  );
}

function object(text: string): JsonObject {
  return parse(text) as JsonObject;
}

/** A copy with one value put at a path; undefined removes it. */
function set(value: JsonValue, path: string, to: JsonValue | undefined): JsonValue {
  const copy = structuredClone(value) as Record<string, JsonValue>;
  const keys = path.split('.');
  let at = copy as Record<string, JsonValue>;
  for (const key of keys.slice(0, -1)) {
    at[key] ??= {};
    at = at[key] as Record<string, JsonValue>;
  }
  if (to === undefined) delete at[keys.at(-1)!];
  else at[keys.at(-1)!] = to;
  return copy;
}

const workload = (kind: string) =>
  object(`
apiVersion: apps/v1
kind: ${kind}
metadata: {name: web, namespace: default}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  serviceName: web
  revisionHistoryLimit: 5
  podManagementPolicy: Parallel
  strategy: {type: RollingUpdate}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example.org/web:v1.2.3", args: [--a=1]}]
  volumeClaimTemplates: [{metadata: {name: data}, spec: {resources: {requests: {storage: 1Gi}}}}]
`);
const simple = (apiVersion: string, kind: string, rest: string) =>
  object(`{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: web, namespace: default}, ${rest}}`);

describe('Kubernetes objects', () => {
  const cases: readonly (readonly [
    name: string,
    value: JsonValue,
    path: string,
    to: JsonValue | undefined,
    impact: string,
  ])[] = [
    // Immutable, each with a near miss below it.
    ['selector of a Deployment', workload('Deployment'), 'spec.selector.matchLabels.app', 'x', 'update-fails'],
    ['replicas of a Deployment', workload('Deployment'), 'spec.replicas', 4, 'updated'],
    ['selector of a DaemonSet', workload('DaemonSet'), 'spec.selector.matchLabels.app', 'x', 'update-fails'],
    ['minReadySeconds of a DaemonSet', workload('DaemonSet'), 'spec.minReadySeconds', 3, 'updated'],
    ['serviceName of a StatefulSet', workload('StatefulSet'), 'spec.serviceName', 'x', 'update-fails'],
    [
      'podManagementPolicy of a StatefulSet',
      workload('StatefulSet'),
      'spec.podManagementPolicy',
      'OrderedReady',
      'update-fails',
    ],
    [
      'claims of a StatefulSet',
      workload('StatefulSet'),
      'spec.volumeClaimTemplates.0.spec.resources.requests.storage',
      '2Gi',
      'update-fails',
    ],
    ['replicas of a StatefulSet', workload('StatefulSet'), 'spec.replicas', 4, 'updated'],
    [
      'template of a Job',
      simple('batch/v1', 'Job', 'spec: {template: {spec: {containers: [{name: a, image: "x:1"}]}}}'),
      'spec.template.spec.containers.0.image',
      'x:2',
      'update-fails',
    ],
    ['parallelism of a Job', simple('batch/v1', 'Job', 'spec: {parallelism: 1}'), 'spec.parallelism', 2, 'updated'],
    [
      'template of a CronJob',
      simple(
        'batch/v1',
        'CronJob',
        'spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: "x:1"}]}}}}}',
      ),
      'spec.jobTemplate.spec.template.spec.containers.0.image',
      'x:2',
      'next-run',
    ],
    [
      'role of a binding',
      simple('rbac.authorization.k8s.io/v1', 'RoleBinding', 'roleRef: {kind: Role, name: a}, subjects: []'),
      'roleRef.name',
      'b',
      'update-fails',
    ],
    [
      'labels of a binding',
      simple('rbac.authorization.k8s.io/v1', 'RoleBinding', 'roleRef: {kind: Role, name: a}'),
      'metadata.labels.a',
      'b',
      'updated',
    ],
    [
      'parameters of a StorageClass',
      simple('storage.k8s.io/v1', 'StorageClass', 'provisioner: a, parameters: {type: gp3}'),
      'parameters.type',
      'gp2',
      'update-fails',
    ],
    [
      'reclaimPolicy of a StorageClass',
      simple('storage.k8s.io/v1', 'StorageClass', 'reclaimPolicy: Delete'),
      'reclaimPolicy',
      'Retain',
      'update-fails',
    ],
    [
      'expansion of a StorageClass',
      simple('storage.k8s.io/v1', 'StorageClass', 'allowVolumeExpansion: true'),
      'allowVolumeExpansion',
      false,
      'updated',
    ],
    [
      'value of a PriorityClass',
      simple('scheduling.k8s.io/v1', 'PriorityClass', 'value: 1'),
      'value',
      2,
      'update-fails',
    ],
    [
      'description of a PriorityClass',
      simple('scheduling.k8s.io/v1', 'PriorityClass', 'value: 1, description: a'),
      'description',
      'b',
      'updated',
    ],
    [
      'controller of an IngressClass',
      simple('networking.k8s.io/v1', 'IngressClass', 'spec: {controller: a/b}'),
      'spec.controller',
      'a/c',
      'update-fails',
    ],
    [
      'handler of a RuntimeClass',
      simple('node.k8s.io/v1', 'RuntimeClass', 'handler: a'),
      'handler',
      'b',
      'update-fails',
    ],
    [
      'attachRequired of a CSIDriver',
      simple('storage.k8s.io/v1', 'CSIDriver', 'spec: {attachRequired: true}'),
      'spec.attachRequired',
      false,
      'update-fails',
    ],
    [
      'data of an immutable ConfigMap',
      simple('v1', 'ConfigMap', 'immutable: true, data: {a: b}'),
      'data.a',
      'c',
      'update-fails',
    ],
    ['data of a ConfigMap', simple('v1', 'ConfigMap', 'data: {a: b}'), 'data.a', 'c', 'updated'],
    ['type of a Secret', simple('v1', 'Secret', 'type: Opaque'), 'type', 'kubernetes.io/tls', 'update-fails'],
    [
      'clusterIP of a Service',
      simple('v1', 'Service', 'spec: {clusterIP: 10.0.0.1}'),
      'spec.clusterIP',
      '10.0.0.2',
      'update-fails',
    ],
    [
      'sessionAffinity of a Service',
      simple('v1', 'Service', 'spec: {sessionAffinity: None}'),
      'spec.sessionAffinity',
      'ClientIP',
      'updated',
    ],
    [
      'a claim shrinks',
      simple('v1', 'PersistentVolumeClaim', 'spec: {resources: {requests: {storage: 2Gi}}}'),
      'spec.resources.requests.storage',
      '1Gi',
      'update-fails',
    ],
    [
      'a claim grows',
      simple('v1', 'PersistentVolumeClaim', 'spec: {resources: {requests: {storage: 2Gi}}}'),
      'spec.resources.requests.storage',
      '3Gi',
      'updated',
    ],
    [
      'scope of a CRD',
      simple('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'spec: {scope: Cluster}'),
      'spec.scope',
      'Namespaced',
      'update-fails',
    ],
    [
      'short names of a CRD',
      simple('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'spec: {names: {shortNames: [a]}}'),
      'spec.names.shortNames',
      ['b'],
      'updated',
    ],
    // Restarts.
    [
      'image of a Deployment',
      workload('Deployment'),
      'spec.template.spec.containers.0.image',
      'registry.example.org/web:v1.3.0',
      'pods-restart',
    ],
    ['labels of pods', workload('Deployment'), 'spec.template.metadata.labels.b', 'c', 'pods-restart'],
    [
      'image of a DaemonSet on delete',
      set(workload('DaemonSet'), 'spec.updateStrategy.type', 'OnDelete'),
      'spec.template.spec.containers.0.image',
      'x:2',
      'next-run',
    ],
    [
      'a Deployment without replicas',
      set(workload('Deployment'), 'spec.replicas', 0),
      'spec.template.spec.containers.0.image',
      'x:2',
      'next-run',
    ],
    ['replicas to nought', workload('Deployment'), 'spec.replicas', 0, 'removed'],
    // Access.
    [
      'a verb more',
      simple(
        'rbac.authorization.k8s.io/v1',
        'ClusterRole',
        'rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]',
      ),
      'rules.0.verbs',
      ['get', 'list'],
      'access-widened',
    ],
    [
      'a verb less',
      simple(
        'rbac.authorization.k8s.io/v1',
        'ClusterRole',
        'rules: [{apiGroups: [""], resources: [pods], verbs: [get, list]}]',
      ),
      'rules.0.verbs',
      ['get'],
      'updated',
    ],
    [
      'verbs in another order',
      simple(
        'rbac.authorization.k8s.io/v1',
        'ClusterRole',
        'rules: [{apiGroups: [""], resources: [pods], verbs: [get, list]}]',
      ),
      'rules.0.verbs',
      ['list', 'get'],
      'no-effect',
    ],
    [
      'a subject more',
      simple(
        'rbac.authorization.k8s.io/v1',
        'ClusterRoleBinding',
        'roleRef: {name: a}, subjects: [{kind: Group, name: a}]',
      ),
      'subjects',
      [
        { kind: 'Group', name: 'a' },
        { kind: 'User', name: 'b' },
      ],
      'access-widened',
    ],
    ['host network', workload('Deployment'), 'spec.template.spec.hostNetwork', true, 'pods-restart'],
    // Meaning.
    [
      'memory in other words',
      set(workload('Deployment'), 'spec.template.spec.containers.0.resources', { limits: { memory: '1Gi' } }),
      'spec.template.spec.containers.0.resources.limits.memory',
      '1024Mi',
      'no-effect',
    ],
    [
      'a port goes',
      simple('v1', 'Service', 'spec: {ports: [{name: a, port: 1}, {name: b, port: 2}]}'),
      'spec.ports',
      [{ name: 'a', port: 1 }],
      'removed',
    ],
  ];
  test.each(cases)('%s', (_, value, path, to, impact) => {
    expect(diffOf({ web: value }, { web: set(value, path, to) }).impact).toBe(impact);
  });

  test('revisionHistoryLimit of a StatefulSet is refused before 1.33 alone', () => {
    const [before, after] = [workload('StatefulSet'), set(workload('StatefulSet'), 'spec.revisionHistoryLimit', 6)];
    expect(diffOf({ a: before }, { a: after }, '1.32').impact).toBe('update-fails');
    expect(diffOf({ a: before }, { a: after }, '1.34').impact).toBe('updated');
  });

  test('host access is named beside the restart', () => {
    const after = set(workload('Deployment'), 'spec.template.spec.hostNetwork', true);
    expect(notes(diffOf({ a: workload('Deployment') }, { a: after })).join('\n')).toContain(
      'access-widened: Its pods join',
    );
  });

  test('an image step is named', () => {
    const after = set(
      workload('Deployment'),
      'spec.template.spec.containers.0.image',
      'registry.example.org/web:v2.0.0',
    );
    expect(notes(diffOf({ a: workload('Deployment') }, { a: after }))).toContain(
      'pods-restart: v1.2.3 to v2.0.0: a major version.',
    );
  });

  test('a ConfigMap that pods read without a hash restarts nothing, and says so', () => {
    const reader = set(workload('Deployment'), 'spec.template.spec.volumes', [
      { name: 'c', configMap: { name: 'web' } },
    ]);
    const map = simple('v1', 'ConfigMap', 'data: {a: b}');
    const diff = diffOf({ reader, map }, { reader, map: set(map, 'data.a', 'c') });
    expect(diff.impact).toBe('next-run');
    const hashed = (hash: string) => set(reader, 'spec.template.metadata.annotations', { 'config-hash': hash });
    const restarted = diffOf({ reader: hashed('1'), map }, { reader: hashed('2'), map: set(map, 'data.a', 'c') });
    expect(notes(restarted).join('\n')).toContain('restarts with it: its template carries the hash');
  });

  test.each([
    ['CustomResourceDefinition', 'apiextensions.k8s.io/v1', 'data-destroyed'],
    ['Namespace', 'v1', 'data-destroyed'],
    ['PersistentVolumeClaim', 'v1', 'data-destroyed'],
    ['NetworkPolicy', 'networking.k8s.io/v1', 'removed'],
    ['Deployment', 'apps/v1', 'removed'],
  ])('a %s goes', (kind, apiVersion, impact) => {
    const value = simple(apiVersion, kind, 'spec: {}');
    expect(diffOf({ web: value }, {}).impact).toBe(impact);
    expect(diffOf({}, { web: value }).impact).toBe('created');
  });

  test('another name is a rename: deleted and created', () => {
    const before = simple('v1', 'ConfigMap', 'data: {a: "1", b: "2", c: "3", d: "4"}');
    const diff = diffOf({ a: before }, { b: set(before, 'metadata.name', 'other') });
    expect(diff.causes[0]?.groups[0]?.action).toBe('renamed');
    expect(diff.impact).toBe('removed');
  });

  test('values of a Secret are never shown', () => {
    const before = simple('v1', 'Secret', 'data: {a: c2VjcmV0LWJlZm9yZQ==}');
    const text = JSON.stringify(diffOf({ a: before }, { a: set(before, 'data.a', 'c2VjcmV0LWFmdGVy') }));
    expect(text).not.toMatch(/c2VjcmV0/);
  });
});

const userData = (text: string) => Buffer.from(text).toString('base64');
const pool = object(`
Resources:
  LaunchTemplate:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateName: worker
      LaunchTemplateData: {ImageId: ami-1, SecurityGroupIds: [{Ref: Group}], UserData: ${userData('#cloud-config\na: 1\n')}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: nodes, VpcId: vpc-1, SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8}]}
  AutoScalingGroup:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      MinSize: "3"
      MaxSize: "9"
      LaunchTemplate: {LaunchTemplateId: {Ref: LaunchTemplate}, Version: {Fn::GetAtt: [LaunchTemplate, LatestVersionNumber]}}
`);
const stack = object(`
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: web
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: "sts:AssumeRole", Principal: {Service: ec2.amazonaws.com}}]}
      Policies: [{PolicyName: a, PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::a/*"}]}}]
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: a}}
  Kept: {Type: AWS::S3::Bucket, DeletionPolicy: Retain, UpdateReplacePolicy: Retain, Properties: {BucketName: b}}
  Queue: {Type: AWS::SQS::Queue, Properties: {FifoQueue: false}}
  TargetGroup: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Name: web, Port: 80, Protocol: HTTP, VpcId: vpc-1, HealthCheckPath: /}}
  Open: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Port: 80, Protocol: HTTP, VpcId: vpc-1}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {LoadBalancerArn: arn, Port: 80, DefaultActions: [{Type: forward, TargetGroupArn: {Ref: Open}}]}
Outputs:
  Open: {Value: {Ref: Open}, Export: {Name: "kube-1:open"}}
`);
const importer = object(
  'Resources: {Alarm: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmDescription: {Fn::ImportValue: "kube-1:open"}}}}',
);

describe('stacks', () => {
  const cases: readonly (readonly [
    name: string,
    path: string,
    to: JsonValue | undefined,
    impact: string,
    text: string,
  ])[] = [
    [
      'role with a fixed name moves its path',
      'Resources.Role.Properties.Path',
      '/a/',
      'update-fails',
      'RoleName "web" is fixed',
    ],
    [
      'role with another name',
      'Resources.Role.Properties.RoleName',
      'other',
      'replaced',
      'Role (AWS::IAM::Role) is replaced',
    ],
    ['description of a role', 'Resources.Role.Properties.Description', 'x', 'updated', 'updated in place'],
    [
      'a bucket with another name',
      'Resources.Bucket.Properties.BucketName',
      'c',
      'data-destroyed',
      'no UpdateReplacePolicy',
    ],
    [
      'a kept bucket with another name',
      'Resources.Kept.Properties.BucketName',
      'c',
      'replaced',
      'the old one stays behind',
    ],
    ['a bucket goes', 'Resources.Bucket', undefined, 'data-destroyed', 'it has no DeletionPolicy'],
    ['a kept bucket goes', 'Resources.Kept', undefined, 'removed', 'stays behind in the account'],
    ['a queue becomes FIFO', 'Resources.Queue.Properties.FifoQueue', true, 'data-destroyed', 'Queue'],
    [
      'a queue keeps messages longer',
      'Resources.Queue.Properties.MessageRetentionPeriod',
      60,
      'updated',
      'updated in place',
    ],
    [
      'port of a named target group',
      'Resources.TargetGroup.Properties.Port',
      81,
      'update-fails',
      'Name "web" is fixed',
    ],
    [
      'health check of a target group',
      'Resources.TargetGroup.Properties.HealthCheckPath',
      '/x',
      'updated',
      'updated in place',
    ],
    ['port of an open target group', 'Resources.Open.Properties.Port', 81, 'update-fails', 'is imported by other'],
    [
      'an action more',
      'Resources.Role.Properties.Policies.0.PolicyDocument.Statement.0.Action',
      ['s3:GetObject', 's3:PutObject'],
      'access-widened',
      's3:PutObject on arn:aws:s3:::a/*',
    ],
    [
      'an action in a list',
      'Resources.Role.Properties.Policies.0.PolicyDocument.Statement.0.Action',
      ['s3:GetObject'],
      'no-effect',
      'means the same',
    ],
    [
      'a narrower resource',
      'Resources.Role.Properties.Policies.0.PolicyDocument.Statement.0.Resource',
      'arn:aws:s3:::a/b/*',
      'updated',
      'no longer allows',
    ],
    [
      'everything',
      'Resources.Role.Properties.Policies.0.PolicyDocument.Statement.0.Resource',
      '*',
      'access-widened',
      's3:GetObject',
    ],
    [
      'somebody else may assume it',
      'Resources.Role.Properties.AssumeRolePolicyDocument.Statement.0.Principal',
      { AWS: '*' },
      'access-widened',
      'AWS *',
    ],
    ['a type changes', 'Resources.Queue.Type', 'AWS::SNS::Topic', 'update-fails', 'cannot change its type'],
    ['an export goes', 'Outputs.Open', undefined, 'update-fails', 'refuses to remove it'],
    ['an export is renamed', 'Outputs.Open.Export.Name', 'kube-1:x', 'update-fails', 'refuses to rename it'],
    ['an output gets a description', 'Outputs.Open.Description', 'x', 'updated', 'updated in place'],
  ];
  test.each(cases)('%s', (_, path, to, impact, text) => {
    const diff = diffOf({ main: stack, other: importer }, { main: set(stack, path, to), other: importer });
    expect(notes(diff).join('\n')).toContain(text);
    expect(diff.impact).toBe(impact);
  });

  test('a replacement follows its references', () => {
    const found = notes(diffOf({ main: stack }, { main: set(stack, 'Resources.Open.Properties.Port', 81) }));
    expect(found.join('\n')).toContain(
      'Listener (AWS::ElasticLoadBalancingV2::Listener) is updated in place, because Open is replaced',
    );
  });

  const data_ = 'Resources.LaunchTemplate.Properties.LaunchTemplateData';
  test.each([
    ['an image', `${data_}.ImageId`, 'ami-2', 'nodes-roll', '3 to 9 nodes of pool worker-1 are replaced'],
    ['user data', `${data_}.UserData`, userData('#cloud-config\na: 2\n'), 'nodes-roll', '3 to 9 nodes'],
    [
      'user data in other words',
      `${data_}.UserData`,
      userData('#cloud-config\na:   1\n'),
      'nodes-roll',
      '3 to 9 nodes',
    ],
    ['a replaced security group', 'Resources.Group.Properties.VpcId', 'vpc-2', 'replaced', 'because Group is replaced'],
    [
      'an open port',
      'Resources.Group.Properties.SecurityGroupIngress.0.ToPort',
      443,
      'access-widened',
      'opens tcp 22 to 443',
    ],
    ['a narrower port', 'Resources.Group.Properties.SecurityGroupIngress.0.FromPort', 22, undefined, ''],
    ['a larger group', 'Resources.AutoScalingGroup.Properties.MaxSize', '12', 'updated', 'raised'],
  ] as const)('nodes: %s', (_, path, to, impact, text) => {
    const diff = diffOf({ 'pool-worker-1': pool }, { 'pool-worker-1': set(pool, path, to) });
    expect(diff.impact).toBe(impact);
    expect(notes(diff).join('\n')).toContain(text);
  });

  test('a group that names its version keeps its nodes', () => {
    const fixed = set(pool, 'Resources.AutoScalingGroup.Properties.LaunchTemplate.Version', '7');
    const diff = diffOf({ 'pool-a': fixed }, { 'pool-a': set(fixed, `${data_}.ImageId`, 'ami-2') });
    expect(diff.impact).toBe('next-run');
  });

  test('masters are the control plane', () => {
    const master = set(pool, `${data_}.UserData`, userData('#cloud-config\nx: kube-apiserver\n'));
    const diff = diffOf({ 'pool-m': master }, { 'pool-m': set(master, `${data_}.ImageId`, 'ami-2') });
    expect(diff.impact).toBe('control-plane-restarts');
  });

  test('a mapping is seen where it acts', () => {
    const mapped = (image: string) =>
      set(set(pool, `${data_}.ImageId`, { 'Fn::FindInMap': ['Images', { Ref: 'AWS::Region' }, 'id'] }), 'Mappings', {
        Images: { 'eu-central-1': { id: image }, 'us-east-1': { id: 'ami-9' } },
      });
    expect(diffOf({ 'pool-a': mapped('ami-1') }, { 'pool-a': mapped('ami-2') }).impact).toBe('nodes-roll');
    expect(
      diffOf({ 'pool-a': set(pool, `${data_}.ImageId`, 'ami-1') }, { 'pool-a': mapped('ami-1') }).impact,
    ).toBeUndefined();
  });
});

describe('pages', () => {
  test('every impact rule has a page, and every page a rule', () => {
    const folder = fileURLToPath(new URL('../../docs/impacts/', import.meta.url));
    const pages = readdirSync(folder)
      .map((file) => file.replace('.md', ''))
      .sort();
    // Rules that are no file of their own: what no rule has anything to say about, and clusters as a whole.
    const others = [
      'propagation',
      'creation',
      'update',
      'no-effect',
      'cluster-added',
      'cluster-removed',
      'cluster-moved',
    ];
    expect(pages).toEqual([...impactRules.map((rule) => rule.id), ...others].sort());
    for (const page of pages) expect(readFileSync(`${folder}${page}.md`, 'utf8')).toMatch(/^# /);
  });
});
