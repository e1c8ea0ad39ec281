/** Control plane and etcd: what a machine needs is on it, members and servers agree, and nothing secret is written. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compilePlans, loadFleet } from '../../src/commands/shared/context.ts';
import { openWorkTree } from '../../src/load/tree.ts';
import type { Artifact, JsonObject, JsonValue } from '../../src/model.ts';
import { at, list, root } from './compiled.ts';
import { contentOf, secretPaths, staticPods, type UserData, userDataOf } from './userdata.ts';
import { compileVariants, templateOf } from './variants.ts';

const clusters = readdirSync(join(root, 'clusters'))
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('.facts.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length));

let artifacts: readonly Artifact[];
beforeAll(async () => {
  const fleet = loadFleet(openWorkTree(root));
  artifacts = (await compilePlans(fleet.repository, fleet.plans, { jobs: 1 })).artifacts;
});

const templates = (cluster: string) =>
  artifacts.filter((artifact) => artifact.cluster === cluster && artifact.kind === 'template');
const master = (cluster: string) => {
  const found = templates(cluster).find((artifact) => artifact.unit.name === 'master-default');
  if (found === undefined) throw new Error(`${cluster} has no control plane`);
  return found.value as JsonObject;
};
const only = (data: readonly UserData[]) => {
  const [first] = data;
  if (first === undefined) throw new Error('no user data');
  return first;
};
const podsOf = (cluster: string) => staticPods(only(userDataOf(master(cluster))));
const container = (pods: readonly JsonObject[], name: string) => {
  const found = pods.flatMap((pod) => list(pod, 'spec', 'containers')).find((entry) => at(entry, 'name') === name);
  if (found === undefined) throw new Error(`there is no container ${name}`);
  return found;
};
const flag = (entry: JsonValue, name: string) =>
  list(entry, 'command')
    .map(String)
    .find((word) => word.startsWith(`--${name}=`))
    ?.slice(name.length + 3);

/** Every use of an intrinsic in a template, by its argument. */
function uses(value: JsonValue, intrinsic: string): readonly JsonValue[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap((entry) => uses(entry as JsonValue, intrinsic));
  return Object.entries(value).flatMap(([key, entry]) => (key === intrinsic ? [entry] : uses(entry, intrinsic)));
}

describe.each(clusters)('%s', (cluster) => {
  it('fits user data into what EC2 takes', () => {
    const sizes = templates(cluster).flatMap(({ path, value }) =>
      userDataOf(value as JsonObject).map(({ size }) => ({ path, size })),
    );
    expect(sizes.length).toBeGreaterThan(2);
    for (const { path, size } of sizes) expect(size, path).toBeLessThanOrEqual(16384);
  });

  it('gives static pods nothing to mount that is not there', () => {
    for (const { path, value } of templates(cluster)) {
      for (const data of userDataOf(value as JsonObject)) {
        const written = new Set([...data.files.map((file) => file.path), ...secretPaths(data)]);
        const folders = new Set([...written].map((file) => file.slice(0, file.lastIndexOf('/'))));
        const script = contentOf(data, '/usr/local/sbin/bootstrap-node');
        for (const pod of staticPods(data)) {
          expect(pod.kind).toBe('Pod');
          for (const volume of list(pod, 'spec', 'volumes')) {
            const host = at(volume, 'hostPath', 'path');
            if (host === undefined) continue;
            const file = at(volume, 'hostPath', 'type') === 'File';
            const there = file ? written.has(String(host)) : folders.has(String(host)) || script.includes(String(host));
            expect(there, `${path}: ${host}`).toBe(true);
          }
        }
      }
    }
  });

  it('names in its flags no file that the program does not see', () => {
    for (const pod of podsOf(cluster)) {
      for (const entry of list(pod, 'spec', 'containers')) {
        const mounts = list(entry, 'volumeMounts').map((mount) => String(at(mount, 'mountPath')));
        const paths = list(entry, 'command').flatMap((word) => String(word).match(/(?<==)\/(etc|var|run)\/\S+/g) ?? []);
        for (const path of paths) {
          const seen = mounts.some((mount) => path === mount || path.startsWith(`${mount}/`));
          expect(seen, `${at(entry, 'name')}: ${path}`).toBe(true);
        }
      }
    }
  });

  it('runs the programs as nobody, without capabilities, and gives keys to those who use them', () => {
    for (const pod of podsOf(cluster)) {
      expect(at(pod, 'spec', 'securityContext', 'runAsNonRoot')).toBe(true);
      for (const entry of list(pod, 'spec', 'containers')) {
        expect(at(entry, 'securityContext')).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        const keys = list(entry, 'volumeMounts').map((mount) => String(at(mount, 'mountPath')));
        const signs = at(entry, 'name') === 'kube-controller-manager';
        expect(keys.includes('/etc/kubernetes/pki/ca.key'), String(at(entry, 'name'))).toBe(signs);
      }
    }
  });

  it('opens each port of a node once', () => {
    const ports = podsOf(cluster)
      .flatMap((pod) => list(pod, 'spec', 'containers'))
      .flatMap((entry) => list(entry, 'ports').map((port) => at(port, 'hostPort')));
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('lets the API server ask the members that there are', () => {
    const etcd = templateOf(artifacts, cluster, 'etcd');
    const members = userDataOf(etcd).map((data) => container(staticPods(data), 'etcd'));
    expect(members.length % 2).toBe(1);
    const urls = members.map((member) => flag(member, 'advertise-client-urls'));
    expect(flag(container(podsOf(cluster), 'kube-apiserver'), 'etcd-servers')?.split(',')).toEqual(urls);
    const [first] = members;
    const initial = first === undefined ? undefined : flag(first, 'initial-cluster');
    for (const member of members) {
      expect(flag(member, 'initial-cluster')).toBe(initial);
      expect(initial).toContain(`${flag(member, 'name')}=${flag(member, 'initial-advertise-peer-urls')}`);
    }
  });

  it('drains an API server for as long as load balancers send to it', () => {
    const pods = podsOf(cluster);
    const delay = flag(container(pods, 'kube-apiserver'), 'shutdown-delay-duration');
    const pod = pods.find((candidate) => at(candidate, 'metadata', 'name') === 'kube-apiserver');
    expect(delay).toBe('60s');
    expect(Number(at(pod, 'spec', 'terminationGracePeriodSeconds'))).toBeGreaterThan(60);
    const groups = Object.values(at(templateOf(artifacts, cluster, 'cluster'), 'Resources') as JsonObject).filter(
      (resource) => at(resource, 'Type') === 'AWS::ElasticLoadBalancingV2::TargetGroup',
    );
    expect(groups).toHaveLength(2);
    for (const group of groups) {
      expect(list(group, 'Properties', 'TargetGroupAttributes')).toContainEqual({
        Key: 'deregistration_delay.timeout_seconds',
        Value: '60',
      });
      expect(at(group, 'Properties', 'HealthCheckPath')).toBe('/readyz');
    }
  });

  it('replaces control-plane nodes one by one, and never the last', () => {
    for (const { value, unit } of templates(cluster)) {
      if (unit.name !== 'master-default') continue;
      const group = at(value, 'Resources', 'AutoScalingGroup');
      const policy = at(group, 'UpdatePolicy', 'AutoScalingRollingUpdate');
      const [least, most] = ['MinSize', 'MaxSize'].map((key) => Number(at(group, 'Properties', key)));
      expect(policy).toMatchObject({ MaxBatchSize: 1, WaitOnResourceSignals: true });
      expect(Number(at(policy, 'MinInstancesInService'))).toBeLessThan(most ?? 0);
      if ((least ?? 0) > 1) expect(Number(at(policy, 'MinInstancesInService'))).toBeGreaterThan(0);
      const data = only(userDataOf(value as JsonObject));
      expect(data.commands.at(-1)).toEqual(['/usr/local/sbin/signal-stack']);
      expect(contentOf(data, '/usr/local/sbin/signal-stack')).toContain('https://127.0.0.1:8443/readyz');
    }
  });

  it('imports what an earlier stack exports', () => {
    const exported = new Set<string>();
    const plan = artifacts.find((artifact) => artifact.cluster === cluster && artifact.kind === 'plan');
    const order = list(plan?.value, 'order').map((entry) => Object.values(entry as JsonObject)[0]);
    const byOrder = templates(cluster)
      .map((artifact) => ({ artifact, place: order.indexOf(artifact.pool ?? artifact.unit.name) }))
      .sort((a, b) => a.place - b.place);
    for (const { artifact } of byOrder) {
      for (const name of uses(artifact.value, 'Fn::ImportValue')) expect([...exported]).toContain(name);
      for (const output of Object.values((at(artifact.value, 'Outputs') ?? {}) as JsonObject)) {
        const name = String(at(output, 'Export', 'Name'));
        expect(name).toMatch(/^[A-Za-z0-9:-]+$/);
        expect(exported.has(name)).toBe(false);
        exported.add(name);
      }
    }
  });

  it('opens no port twice in one group', () => {
    const rules = Object.values(at(templateOf(artifacts, cluster, 'cluster'), 'Resources') as JsonObject)
      .filter((resource) => at(resource, 'Type') === 'AWS::EC2::SecurityGroupIngress')
      .map((resource) => {
        const { Description: _, ...rule } = at(resource, 'Properties') as JsonObject;
        return JSON.stringify(rule);
      });
    expect(rules.length).toBeGreaterThan(18);
    expect(new Set(rules).size).toBe(rules.length);
  });

  it('writes no key and no value of a secret', () => {
    for (const { path, value } of templates(cluster)) {
      for (const data of userDataOf(value as JsonObject)) {
        for (const file of data.files) expect(file.content, path).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE/);
        const secrets = JSON.parse(contentOf(data, '/etc/kubernetes/secrets.json')) as readonly JsonObject[];
        for (const secret of secrets) expect(secret.sha256).toMatch(/^[0-9a-f]{64}$/);
      }
    }
  });
});

const bash = spawnSync('bash', ['--version']).status === 0;

describe('scripts in user data', () => {
  it.skipIf(!bash)('are bash, by bash', () => {
    const scripts = new Map<string, string>();
    for (const cluster of clusters) {
      for (const { path, value } of templates(cluster)) {
        for (const data of userDataOf(value as JsonObject)) {
          for (const file of data.files) {
            if (file.content.startsWith('#!/bin/bash\n')) scripts.set(file.content, `${cluster}/${path}: ${file.path}`);
          }
        }
      }
    }
    expect(scripts.size).toBeGreaterThan(10);
    for (const [script, place] of scripts) {
      expect(script, place).toContain('set -euo pipefail\n');
      const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
      expect(status, `${place}: ${stderr}`).toBe(0);
    }
  });
});

describe('etcd', () => {
  const resources = (cluster: string) => at(templateOf(artifacts, cluster, 'etcd'), 'Resources') as JsonObject;
  const ofType = (cluster: string, type: string) =>
    Object.entries(resources(cluster)).filter(([, resource]) => at(resource, 'Type') === type);

  it('has five members in production and three elsewhere', () => {
    expect(ofType('kube-1', 'AWS::EC2::Volume')).toHaveLength(5);
    expect(ofType('kube-1-test', 'AWS::EC2::Volume')).toHaveLength(3);
  });

  it('keeps what holds data: volumes, bucket and key outlive the stack', () => {
    for (const type of ['AWS::EC2::Volume', 'AWS::S3::Bucket', 'AWS::KMS::Key']) {
      for (const [id, resource] of ofType('kube-1', type)) {
        expect(at(resource, 'DeletionPolicy'), id).toBe('Retain');
        expect(at(resource, 'UpdateReplacePolicy'), id).toBe('Retain');
      }
    }
    const options = artifacts.find(({ cluster, path }) => cluster === 'kube-1' && path.endsWith('etcd/options.yaml'));
    const denied = JSON.stringify(options?.value);
    for (const type of ['AWS::EC2::Volume', 'AWS::S3::Bucket']) expect(denied).toContain(type);
  });

  it('updates one member after the other, and waits for each', () => {
    const groups = ofType('kube-1', 'AWS::AutoScaling::AutoScalingGroup');
    groups.forEach(([id, group], index) => {
      const after = list(group, 'DependsOn').filter((other) => String(other).startsWith('AutoScalingGroup'));
      expect(after, id).toEqual(index === 0 ? [] : [groups[index - 1]?.[0]]);
      expect(at(group, 'UpdatePolicy', 'AutoScalingRollingUpdate', 'WaitOnResourceSignals')).toBe(true);
      expect([at(group, 'Properties', 'MinSize'), at(group, 'Properties', 'MaxSize')]).toEqual(['1', '1']);
    });
  });

  it('starts each member in the zone of its volume', () => {
    const subnets = parse(
      new TextDecoder().decode(openWorkTree(root).read('clusters/kube-1.facts.yaml')),
    ) as JsonObject;
    for (const [id, group] of ofType('kube-1', 'AWS::AutoScaling::AutoScalingGroup')) {
      const volume = resources('kube-1')[id.replace('AutoScalingGroup', 'Volume')];
      const zone = String(at(volume, 'Properties', 'AvailabilityZone'));
      expect(list(group, 'Properties', 'VPCZoneIdentifier')).toEqual([at(subnets, 'subnets', zone)]);
    }
  });

  it('admits encrypted connections to the backups alone', () => {
    const [policy] = ofType('kube-1', 'AWS::S3::BucketPolicy').map(([, resource]) => resource);
    expect(list(policy, 'Properties', 'PolicyDocument', 'Statement')[0]).toMatchObject({
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });
});

describe('the cluster stack', () => {
  const rulesTo = (cluster: string, group: string) =>
    Object.values(at(templateOf(artifacts, cluster, 'cluster'), 'Resources') as JsonObject)
      .filter((resource) => at(resource, 'Type') === 'AWS::EC2::SecurityGroupIngress')
      .map((resource) => at(resource, 'Properties'))
      .filter((rule) => at(rule, 'GroupId', 'Ref') === group);

  it('lets nobody reach the API servers but load balancers and nodes', () => {
    const sources = rulesTo('kube-1', 'MasterSecurityGroup')
      .filter((rule) => Number(at(rule, 'FromPort')) <= 8443 && Number(at(rule, 'ToPort')) >= 8443)
      .map((rule) => at(rule, 'SourceSecurityGroupId', 'Ref'));
    expect(sources.sort()).toEqual([
      'MasterInternalLoadBalancerSecurityGroup',
      'MasterLoadBalancerSecurityGroup',
      'MasterSecurityGroup',
      'WorkerSecurityGroup',
    ]);
  });

  it('routes the pod network in all four directions', () => {
    for (const group of ['MasterSecurityGroup', 'WorkerSecurityGroup']) {
      const sources = rulesTo('kube-1', group)
        .filter((rule) => at(rule, 'IpProtocol') === 'udp' && at(rule, 'FromPort') === 8472)
        .map((rule) => at(rule, 'SourceSecurityGroupId', 'Ref'));
      expect(sources.sort()).toEqual(['MasterSecurityGroup', 'WorkerSecurityGroup']);
    }
  });

  it('opens the router to everyone behind network load balancers, and to one group behind others', () => {
    const sources = (cluster: string) =>
      rulesTo(cluster, 'WorkerSecurityGroup')
        .filter((rule) => at(rule, 'FromPort') === 9998 && at(rule, 'ToPort') === 9999)
        .map((rule) => at(rule, 'CidrIp') ?? at(rule, 'SourceSecurityGroupId', 'Ref'));
    expect(sources('kube-1')).toEqual(['0.0.0.0/0']);
    expect(sources('kube-2')).toEqual(['IngressLoadBalancerSecurityGroup']);
  });

  it('never locks the account out of its keys', () => {
    for (const { value } of templates('kube-4')) {
      for (const resource of Object.values(at(value, 'Resources') as JsonObject)) {
        if (at(resource, 'Type') !== 'AWS::KMS::Key') continue;
        const [account, others] = list(resource, 'Properties', 'KeyPolicy', 'Statement');
        expect(account).toMatchObject({
          Effect: 'Allow',
          Action: 'kms:*',
          Principal: { AWS: 'arn:aws:iam::000000000004:root' },
        });
        for (const action of list(others, 'Action')) expect(String(action)).not.toMatch(/Decrypt|Encrypt|\*/);
      }
    }
  });
});

describe('the control plane refuses', () => {
  const pool = (change: JsonObject) => ({
    masters: {
      profile: 'master-default',
      instance_types: ['m6i.large'],
      discount_strategy: 'none',
      min_size: 2,
      max_size: 2,
      ...change,
    },
  });
  const production = { environment: 'production' };
  it.each([
    ['one zone in production', { zones: ['a'], identity: production, node_pools: pool({}) }, /at least two zones/],
    ['one machine in production', { identity: production, node_pools: pool({ min_size: 1 }) }, /at least two control-/],
    ['spot', { node_pools: pool({ discount_strategy: 'spot' }) }, /cannot be spot/],
    [
      'a name that its bucket cannot have',
      { identity: { local_id: 'a-name-that-is-much-too-long' }, node_pools: pool({}) },
      /shorter local_id/,
    ],
    ['several types', { node_pools: pool({ instance_types: ['m6i.large', 'm5.large'] }) }, /one instance type/],
  ] as const)('%s', async (_, variant, message) => {
    await expect(compileVariants({ refused: variant })).rejects.toThrow(message);
  });
});

describe('switches of the control plane', () => {
  const variant = (config: JsonObject, environment = 'test') => ({
    identity: { environment },
    node_pools: {
      masters: {
        profile: 'master-default',
        instance_types: ['m6i.large'],
        discount_strategy: 'none',
        min_size: 2,
        max_size: 2,
        config,
      },
    },
  });
  const compile = async (config: JsonObject, environment?: string) => {
    const compiled = await compileVariants({ v: variant(config, environment) });
    return only(userDataOf(templateOf(compiled, 'v', 'node-pool-masters')));
  };

  it('encryption: the first provider writes, both read', async () => {
    const providers = async (mode: string) => {
      const file = parse(
        contentOf(await compile({ encryption: { mode } }), '/etc/kubernetes/control-plane/encryption.yaml'),
      );
      return list(file as JsonObject, 'resources', 0, 'providers').map(
        (provider) => Object.keys(provider as JsonObject)[0],
      );
    };
    expect(await providers('encrypt')).toEqual(['kms', 'identity']);
    expect(await providers('decrypt')).toEqual(['identity', 'kms']);
    const off = await compile({ encryption: { mode: 'none' } });
    expect(flag(container(staticPods(off), 'kube-apiserver'), 'encryption-provider-config')).toBeUndefined();
    expect(() => container(staticPods(off), 'encryption-provider')).toThrow();
  });

  it('the webhook that knows people stands between Node and RBAC, with the roles of its environment', async () => {
    const config = { authnz_webhook: { image: 'registry.example.org/platform/authnz:v1.0.0' } };
    const roles = (data: UserData) =>
      list(container(staticPods(data), 'authnz-webhook'), 'args').filter((word) => String(word).startsWith('--role='));
    const production = await compile(config, 'production');
    expect(roles(production)).toEqual(['--role=ReadOnly', '--role=Administrator', '--role=Manual', '--role=Emergency']);
    expect(roles(await compile(config))).toEqual(['--role=ReadOnly', '--role=Administrator', '--role=PowerUser']);
    const server = container(staticPods(production), 'kube-apiserver');
    expect(flag(server, 'authorization-mode')).toBe('Node,Webhook,RBAC');
    for (const [name, path] of [
      ['authentication-token-webhook-config-file', '/authentication'],
      ['authorization-webhook-config-file', '/authorization'],
    ] as const) {
      const kubeconfig = parse(contentOf(production, flag(server, name) ?? ''));
      expect(at(kubeconfig as JsonObject, 'clusters', 0, 'cluster', 'server')).toBe(`http://127.0.0.1:8081${path}`);
    }
    const without = container(staticPods(await compile({})), 'kube-apiserver');
    expect(flag(without, 'authorization-mode')).toBe('Node,RBAC');
  });

  it('without a name one gets to health and to the keys of tokens', async () => {
    const file = parse(contentOf(await compile({}), '/etc/kubernetes/control-plane/authentication.yaml')) as JsonObject;
    expect(list(file, 'anonymous', 'conditions').map((entry) => at(entry, 'path'))).toEqual([
      '/healthz',
      '/livez',
      '/readyz',
      '/.well-known/openid-configuration',
      '/openid/v1/jwks',
    ]);
  });
});
