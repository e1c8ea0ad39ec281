/** What grows and shrinks: nodes, pods by number, pods by size. */
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Artifact, JsonObject } from '../../src/model.ts';
import {
  at,
  type CompiledObject,
  compileArtifacts,
  compileObjects,
  compileVariant,
  list,
  nameOf,
  ofKind,
} from './compiled.ts';
import { compileVariants, templateOf } from './variants.ts';

const clusters = ['kube-1', 'kube-3', 'kube-1-test'];
let compiled: ReadonlyMap<string, readonly CompiledObject[]>;
let artifacts: readonly Artifact[];
beforeAll(async () => {
  compiled = await compileObjects(clusters);
  artifacts = await compileArtifacts(['kube-1']);
});

const ofUnit = (objects: readonly CompiledObject[] | undefined, unit: string) =>
  (objects ?? []).filter((object) => object.unit === unit);
const argsOf = (objects: readonly CompiledObject[] | undefined, unit: string) =>
  list(ofKind(ofUnit(objects, unit), 'Deployment')[0], 'spec', 'template', 'spec', 'containers', 0, 'args').map(String);

describe('cluster-autoscaler', () => {
  const tagsOfDiscovery = (args: readonly string[]) =>
    (args.find((arg) => arg.startsWith('--node-group-auto-discovery=')) ?? '').split('asg:tag=')[1]?.split(',') ?? [];

  it('finds groups by tags that every worker pool gives, with the labels that its nodes will have', () => {
    const wanted = tagsOfDiscovery(argsOf(compiled.get('kube-1'), 'cluster-autoscaler'));
    expect(wanted.length).toBe(2);
    for (const pool of ['worker-1', 'worker-fallback']) {
      const groups = Object.values(
        at(templateOf(artifacts, 'kube-1', `node-pool-${pool}`), 'Resources') as JsonObject,
      ).filter((resource) => at(resource, 'Type') === 'AWS::AutoScaling::AutoScalingGroup');
      expect(groups.length).toBeGreaterThan(0);
      for (const group of groups) {
        const keys = list(group, 'Properties', 'Tags').map((tag) => at(tag, 'Key'));
        expect(keys).toEqual(expect.arrayContaining(wanted));
      }
    }
  });

  it('may resize the groups with those tags alone', () => {
    const wanted = tagsOfDiscovery(argsOf(compiled.get('kube-1'), 'cluster-autoscaler'));
    const role = at(templateOf(artifacts, 'kube-1', 'cluster'), 'Resources', 'ClusterAutoscalerIAMRole');
    const statements = list(role, 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement');
    const writes = statements.filter((statement) =>
      list(statement, 'Action').some((action) => !/:(Describe|Get|List)/.test(String(action))),
    );
    expect(writes.length).toBe(1);
    const conditions = Object.keys(at(writes[0], 'Condition', 'StringEquals') as JsonObject);
    expect(conditions.sort()).toEqual(wanted.map((tag) => `aws:ResourceTag/${tag}`).sort());
  });

  it('takes an on-demand pool only when spot has no capacity', async () => {
    const pool = (discount_strategy: string, config: JsonObject = {}) => ({
      profile: 'worker-splitaz',
      instance_types: ['m6i.large'],
      discount_strategy,
      min_size: 0,
      max_size: 3,
      config,
    });
    const found = await compileVariants({
      v0: { node_pools: { cheap: pool('spot'), sure: pool('none'), last: pool('none', { scaling_priority: -100 }) } },
    });
    const map = found.find((artifact) => artifact.path.includes('cluster-autoscaler-priority-expander'));
    const text = String(at(map?.value, 'data', 'priorities'));
    const groups = parse(text, { mapAsMap: true }) as Map<number, string[]>;
    const rank = (name: string) =>
      [...groups].find(([, patterns]) => patterns.some((p) => new RegExp(p).test(name)))?.[0];
    const [cheap, sure, last] = ['cheap', 'sure', 'last'].map((p) =>
      rank(`v0-node-pool-${p}-AutoScalingGroup1a-ABC123`),
    );
    expect(Number(cheap)).toBeGreaterThan(Number(sure));
    expect(Number(sure)).toBeGreaterThan(Number(last));
    expect(Number(last), 'the expander takes no negative numbers').toBeGreaterThan(0);
    for (const key of groups.keys()) expect(Number.isInteger(key), 'the expander takes YAML integers').toBe(true);
  });

  it('never asks for more nodes than the pod network has parts', async () => {
    expect(argsOf(compiled.get('kube-1'), 'cluster-autoscaler')).toContain('--max-nodes-total=1019');
    expect(argsOf(compiled.get('kube-1-test'), 'cluster-autoscaler')).toContain('--max-nodes-total=507');
    expect(argsOf(compiled.get('kube-1'), 'cluster-autoscaler')).toContain('--max-pod-eviction-time=1h');
    expect(argsOf(compiled.get('kube-1-test'), 'cluster-autoscaler')).toContain('--max-pod-eviction-time=3h');
  });
});

describe('kube-metrics-adapter', () => {
  it('serves both APIs by a service that leads to its pods', () => {
    const objects = ofUnit(compiled.get('kube-1'), 'kube-metrics-adapter');
    const apis = ofKind(objects, 'APIService');
    expect(apis.map((api) => at(api, 'spec', 'group')).sort()).toEqual([
      'custom.metrics.k8s.io',
      'external.metrics.k8s.io',
    ]);
    const service = ofKind(objects, 'Service')[0] as JsonObject;
    const deployment = ofKind(objects, 'Deployment')[0];
    for (const api of apis) {
      expect(at(api, 'spec', 'service')).toMatchObject({
        name: nameOf(service),
        port: at(service, 'spec', 'ports', 0, 'port'),
      });
    }
    const ports = list(deployment, 'spec', 'template', 'spec', 'containers', 0, 'ports');
    expect(ports.map((port) => at(port, 'name'))).toContain(at(service, 'spec', 'ports', 0, 'targetPort'));
    expect(at(deployment, 'spec', 'template', 'metadata', 'labels')).toMatchObject(
      at(service, 'spec', 'selector') as JsonObject,
    );
  });

  it('watches each region once', async () => {
    const config = { 'kube-metrics-adapter': { aws_regions: ['eu-west-1', 'eu-central-1'] } };
    const args = argsOf(await compileVariant('kube-1', config), 'kube-metrics-adapter');
    expect(args.filter((arg) => arg.startsWith('--aws-region='))).toEqual([
      '--aws-region=eu-central-1',
      '--aws-region=eu-west-1',
    ]);
  });

  it('leaves no empty mount where no tokens are needed', () => {
    const pod = at(
      ofKind(ofUnit(compiled.get('kube-1'), 'kube-metrics-adapter'), 'Deployment')[0],
      'spec',
      'template',
      'spec',
    );
    const volumes = list(pod, 'volumes').map((volume) => at(volume, 'name'));
    expect(volumes).toEqual(['aws-token', 'certificate']);
  });
});

describe('vertical-pod-autoscaler', () => {
  it('runs the version that the switch says, all three programs alike', async () => {
    for (const version of ['current', 'legacy']) {
      const objects = ofUnit(
        await compileVariant('kube-1', { 'vertical-pod-autoscaler': { version } }),
        'vertical-pod-autoscaler',
      );
      const tags = ofKind(objects, 'Deployment').map(
        (deployment) => String(at(deployment, 'spec', 'template', 'spec', 'containers', 0, 'image')).split(':')[1],
      );
      expect(tags.length).toBe(3);
      expect(new Set(tags).size).toBe(1);
      expect(tags[0]).toBe(version === 'current' ? '1.8.1' : '1.7.3');
    }
  });

  it.each(clusters)('every autoscaler of %s points at a workload and at containers that it has', (cluster) => {
    const objects = compiled.get(cluster) ?? [];
    const autoscalers = ofKind(objects, 'VerticalPodAutoscaler');
    expect(autoscalers.length).toBeGreaterThan(5);
    for (const autoscaler of autoscalers) {
      const target = at(autoscaler, 'spec', 'targetRef') as JsonObject;
      const workload = ofKind(objects, String(target.kind)).find((found) => nameOf(found) === target.name);
      expect(workload, nameOf(autoscaler)).toBeDefined();
      const containers = list(workload, 'spec', 'template', 'spec', 'containers').map((container) =>
        at(container, 'name'),
      );
      for (const policy of list(autoscaler, 'spec', 'resourcePolicy', 'containerPolicies')) {
        expect(containers, nameOf(autoscaler)).toContain(at(policy, 'containerName'));
      }
    }
  });

  it('has its certificate from a secret outside git, and says so', () => {
    const objects = ofUnit(compiled.get('kube-1'), 'vertical-pod-autoscaler');
    expect(ofKind(objects, 'Secret')).toEqual([]);
    const deployment = ofKind(objects, 'Deployment').find((found) => nameOf(found) === 'vpa-admission-controller');
    expect(at(deployment, 'spec', 'template', 'spec', 'volumes', 0, 'secret', 'secretName')).toBe('vpa-tls-certs');
  });
});

describe('pdb-controller', () => {
  it('leaves the flag out where nothing is set, and sets it in the test environment', () => {
    const flags = (cluster: string) =>
      argsOf(compiled.get(cluster), 'pdb-controller').filter((arg) => arg.startsWith('--non-ready-ttl'));
    expect(flags('kube-1')).toEqual([]);
    expect(flags('kube-1-test')).toEqual(['--non-ready-ttl=1h']);
  });
});
