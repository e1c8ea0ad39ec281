/** Worker pools: every combination of what changes their shape, and what nodes and autoscaler must agree on. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Artifact, JsonObject, JsonValue } from '../../src/model.ts';
import { at, list } from './compiled.ts';
import { contentOf, readDocument, userDataOf } from './userdata.ts';
import { compileVariants, planVariants, templateOf, type Variant } from './variants.ts';

interface Shape {
  readonly profile: 'worker-splitaz' | 'worker-combined';
  readonly spot: boolean;
  readonly types: readonly string[];
  readonly tainted: boolean;
  readonly zones: readonly string[];
  readonly arm: boolean;
}

const shapes: readonly Shape[] = (['worker-splitaz', 'worker-combined'] as const).flatMap((profile) =>
  [false, true].flatMap((spot) =>
    [1, 2].flatMap((types) =>
      [false, true].flatMap((tainted) =>
        [['a'], ['a', 'b'], ['a', 'b', 'c']].map((zones) => {
          // Both architectures, without doubling the table.
          const arm = (zones.length + types) % 2 === 0;
          const all = arm ? ['m6g.large', 'm7g.large'] : ['m5.large', 'm6i.large'];
          return { profile, spot, types: all.slice(0, types), tainted, zones, arm };
        }),
      ),
    ),
  ),
);

const title = (shape: Shape) =>
  [
    shape.profile,
    shape.spot ? 'spot' : 'on-demand',
    shape.types.join('+'),
    shape.tainted ? 'tainted' : 'untainted',
    `${shape.zones.length} zones`,
  ].join(', ');

function variantOf(shape: Shape): Variant {
  const taints = { dedicated: { value: 'tests', effect: 'NoSchedule' } };
  return {
    zones: shape.zones,
    node_pools: {
      workers: {
        profile: shape.profile,
        instance_types: shape.types,
        discount_strategy: shape.spot ? 'spot' : 'none',
        min_size: 0,
        max_size: 6,
        config: { labels: { dedicated: 'tests' }, ...(shape.tainted ? { taints } : {}) },
      },
    },
  };
}

const named = shapes.map((shape, index) => ({ shape, name: `v${index}`, title: title(shape) }));
const compiled: Promise<readonly Artifact[]> = compileVariants(
  Object.fromEntries(named.map(({ shape, name }) => [name, variantOf(shape)])),
);

const groupsOf = (template: JsonObject) =>
  Object.values(at(template, 'Resources') as JsonObject).filter(
    (resource) => at(resource, 'Type') === 'AWS::AutoScaling::AutoScalingGroup',
  );
const tagsOf = (group: JsonValue) =>
  new Map(list(group, 'Properties', 'Tags').map((tag) => [String(at(tag, 'Key')), String(at(tag, 'Value'))]));

describe.each(named)('$title', ({ shape, name }) => {
  const template = async () => templateOf(await compiled, name, 'node-pool-workers');

  it('has as many groups as the profile says, and shares the sizes out', async () => {
    const groups = groupsOf(await template());
    const split = shape.profile === 'worker-splitaz';
    expect(groups).toHaveLength(split ? shape.zones.length : 1);
    const sizes = groups.map((group) => Number(at(group, 'Properties', 'MaxSize')));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(6);
    expect(new Set(sizes).size).toBe(1);
    const subnets = groups.flatMap((group) => list(group, 'Properties', 'VPCZoneIdentifier'));
    expect(new Set(subnets).size).toBe(shape.zones.length);
    for (const group of groups) expect(at(group, 'Properties', 'DesiredCapacity')).toBeUndefined();
  });

  it('asks for its instances in the one place that decides', async () => {
    const value = await template();
    const data = at(value, 'Resources', 'LaunchTemplate', 'Properties', 'LaunchTemplateData');
    const several = shape.types.length > 1;
    expect(at(data, 'InstanceType')).toBe(several ? undefined : shape.types[0]);
    expect(at(data, 'InstanceMarketOptions', 'MarketType')).toBe(shape.spot && !several ? 'spot' : undefined);
    expect(String(at(data, 'ImageId'))).toMatch(shape.arm ? /b$/ : /a$/);
    for (const group of groupsOf(value)) {
      const policy = at(group, 'Properties', 'MixedInstancesPolicy');
      expect(policy === undefined).toBe(!several);
      expect(at(group, 'Properties', 'LaunchTemplate') === undefined).toBe(several);
      if (!several) continue;
      const overrides = list(policy, 'LaunchTemplate', 'Overrides').map((entry) => at(entry, 'InstanceType'));
      expect(overrides).toEqual(shape.types);
      const share = at(policy, 'InstancesDistribution', 'OnDemandPercentageAboveBaseCapacity');
      expect(share).toBe(shape.spot ? 0 : 100);
    }
  });

  it('tells the autoscaler what the kubelet will say', async () => {
    const value = await template();
    const [data] = userDataOf(value);
    if (data === undefined) throw new Error('no user data');
    const labels = /labels='([^']*)'/.exec(contentOf(data, '/usr/local/sbin/bootstrap-node'))?.[1] ?? '';
    const taints = at(parse(contentOf(data, '/etc/kubernetes/kubelet.yaml')) as JsonObject, 'registerWithTaints') ?? [];
    const prefix = 'k8s.io/cluster-autoscaler/node-template/';
    for (const group of groupsOf(value)) {
      const tags = tagsOf(group);
      const told = [...tags].filter(([key]) => key.startsWith(`${prefix}label/`) && !key.includes('/topology.'));
      expect(told.map(([key, text]) => `${key.slice(`${prefix}label/`.length)}=${text}`).sort()).toEqual(
        labels.split(',').sort(),
      );
      const toldTaints = [...tags].filter(([key]) => key.startsWith(`${prefix}taint/`));
      expect(toldTaints.map(([key, text]) => `${key.slice(`${prefix}taint/`.length)}=${text}`)).toEqual(
        (taints as readonly JsonObject[]).map((taint) => `${taint.key}=${taint.value}:${taint.effect}`),
      );
      expect(tags.get(`${prefix}resources/ephemeral-storage`)).toBe('80Gi');
      expect(tags.get('zalando.org/ingress-enabled')).toBe(shape.tainted ? undefined : 'true');
      expect(tags.get('k8s.io/cluster-autoscaler/enabled')).toBe('true');
      expect(tags.get('zalando.org/scaling-priority')).toBe(shape.spot ? '1000' : '0');
      expect(tags.size).toBeLessThanOrEqual(50);
    }
    expect(labels.split(',').includes('aws.amazon.com/spot=true')).toBe(shape.spot);
  });

  it('locks instance metadata and encrypts the volume', async () => {
    const data = at(await template(), 'Resources', 'LaunchTemplate', 'Properties', 'LaunchTemplateData');
    expect(at(data, 'MetadataOptions')).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
    expect(at(data, 'BlockDeviceMappings', 0, 'Ebs', 'Encrypted')).toBe(true);
  });
});

const pool = (change: JsonObject, config: JsonObject = {}): Variant['node_pools'] => ({
  workers: {
    profile: 'worker-combined',
    instance_types: ['m6i.large', 'm5.large'],
    discount_strategy: 'spot',
    min_size: 0,
    max_size: 6,
    config,
    ...change,
  },
});

describe('a mix of spot and on-demand', () => {
  it('has a base and a share, and each machine labels itself', async () => {
    const config = { on_demand: { base: 2, percentage_above_base: 30 } };
    const artifacts = await compileVariants({ mix: { node_pools: pool({}, config) } });
    const template = templateOf(artifacts, 'mix', 'node-pool-workers');
    const [group] = groupsOf(template);
    expect(at(group, 'Properties', 'MixedInstancesPolicy', 'InstancesDistribution')).toMatchObject({
      OnDemandBaseCapacity: 2,
      OnDemandPercentageAboveBaseCapacity: 30,
      SpotAllocationStrategy: 'price-capacity-optimized',
    });
    const [data] = userDataOf(template);
    const script = contentOf(data ?? { files: [] }, '/usr/local/sbin/bootstrap-node');
    expect(script).toContain('instance-life-cycle');
    expect(/labels='([^']*)'/.exec(script)?.[1]).not.toContain('spot');
    expect(tagsOf(group ?? null).has('k8s.io/cluster-autoscaler/node-template/label/aws.amazon.com/spot')).toBe(false);
  });

  it('of one type still needs the policy', async () => {
    const config = { on_demand: { base: 1 } };
    const artifacts = await compileVariants({ mix: { node_pools: pool({ instance_types: ['m6i.large'] }, config) } });
    const template = templateOf(artifacts, 'mix', 'node-pool-workers');
    expect(at(groupsOf(template)[0], 'Properties', 'MixedInstancesPolicy')).toBeDefined();
    expect(at(template, 'Resources', 'LaunchTemplate', 'Properties', 'LaunchTemplateData', 'InstanceType')).toBe(
      'm6i.large',
    );
  });
});

describe('special pools', () => {
  it('GPU: label, taint and runtime', async () => {
    const node_pools = pool({ instance_types: ['g5.xlarge'], discount_strategy: 'none' }, { gpu: 'nvidia' });
    const template = templateOf(await compileVariants({ gpu: { node_pools } }), 'gpu', 'node-pool-workers');
    const tags = tagsOf(groupsOf(template)[0] ?? null);
    const prefix = 'k8s.io/cluster-autoscaler/node-template/';
    expect(tags.get(`${prefix}label/zalando.org/nvidia-gpu`)).toBe('present');
    expect(tags.get(`${prefix}taint/nvidia.com/gpu`)).toBe('present:NoSchedule');
    expect(tags.has('zalando.org/ingress-enabled')).toBe(false);
    const [data] = userDataOf(template);
    expect(contentOf(data ?? { files: [] }, '/etc/containerd/config.toml')).toContain('nvidia-container-runtime');
  });

  it('disks of the instance: mounted before the kubelet starts', async () => {
    const node_pools = pool({ instance_types: ['i4i.large'] }, { instance_storage_mount_path: '/data' });
    const template = templateOf(await compileVariants({ disks: { node_pools } }), 'disks', 'node-pool-workers');
    const [data] = userDataOf(template);
    const script = contentOf(data ?? { files: [] }, '/usr/local/sbin/bootstrap-node');
    expect(script.indexOf('mount --options noatime "$disk" \'/data\'')).toBeGreaterThan(0);
    expect(script.indexOf('enable --now kubelet')).toBeGreaterThan(script.indexOf('mount --options'));
  });

  it('a hook for each group', async () => {
    const node_pools = pool({ profile: 'worker-splitaz' }, { termination_hook: { enabled: true, timeout: '5m' } });
    const template = templateOf(await compileVariants({ hook: { node_pools } }), 'hook', 'node-pool-workers');
    for (const zone of ['1a', '1b', '1c']) {
      expect(at(template, 'Resources', `TerminationHook${zone}`, 'Properties')).toMatchObject({
        AutoScalingGroupName: { Ref: `AutoScalingGroup${zone}` },
        HeartbeatTimeout: 300,
      });
    }
  });
});

describe('a pool by Karpenter', () => {
  it('is a node class and a node pool that belong together, and no stack', async () => {
    const node_pools = pool({ profile: 'worker-karpenter', instance_types: ['m6g.large', 'm7g.large'] });
    const artifacts = await compileVariants({ k: { node_pools, config: { karpenter: { enabled: true } } } });
    const objects = artifacts.filter((artifact) => artifact.pool === 'workers' && artifact.kind === 'object');
    const byKind = new Map(objects.map((artifact) => [String(at(artifact.value, 'kind')), artifact.value]));
    expect([...byKind.keys()].sort()).toEqual(['EC2NodeClass', 'NodePool']);
    const spec = at(byKind.get('NodePool'), 'spec', 'template', 'spec');
    expect(at(spec, 'nodeClassRef', 'name')).toBe(at(byKind.get('EC2NodeClass'), 'metadata', 'name'));
    const values = (key: string) =>
      list(spec, 'requirements')
        .filter((entry) => at(entry, 'key') === key)
        .flatMap((entry) => list(entry, 'values'));
    expect(values('karpenter.sh/capacity-type')).toEqual(['spot']);
    expect(values('kubernetes.io/arch')).toEqual(['arm64']);
    expect(at(byKind.get('EC2NodeClass'), 'spec', 'tags', 'zalando.org/ingress-enabled')).toBe('true');
    const text = String(at(byKind.get('EC2NodeClass'), 'spec', 'userData'));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(16384);
    // Without this taint a node takes pods before Karpenter knows it.
    const kubelet = parse(contentOf(readDocument(text), '/etc/kubernetes/kubelet.yaml')) as JsonObject;
    expect(list(kubelet, 'registerWithTaints').map((taint) => at(taint, 'key'))).toContain('karpenter.sh/unregistered');
    expect(artifacts.some((artifact) => artifact.path.includes('node-pool-workers/template'))).toBe(false);
  });
});

describe('what is refused, and why', () => {
  const cases: readonly (readonly [string, Variant, RegExp])[] = [
    [
      'a size that the zones cannot share',
      { node_pools: pool({ profile: 'worker-splitaz', max_size: 7 }) },
      /max_size 7 cannot be shared out among 3 zones/,
    ],
    [
      'a zone that the cluster does not have',
      { node_pools: pool({}, { availability_zones: ['eu-central-1d'] }) },
      /asks for zone eu-central-1d; facts\.subnets has eu-central-1a/,
    ],
    ['no zone at all', { zones: [], node_pools: pool({}) }, /facts\.subnets is empty|at least one subnet/],
    [
      'spot in a pool that is not spot',
      { node_pools: pool({ discount_strategy: 'none' }, { on_demand: { percentage_above_base: 50 } }) },
      /set discount_strategy to spot/,
    ],
    ['two architectures', { node_pools: pool({ instance_types: ['m6i.large', 'm6g.large'] }) }, /mixes architectures/],
    [
      'Karpenter without Karpenter',
      { node_pools: pool({ profile: 'worker-karpenter' }) },
      /config\.karpenter\.enabled/,
    ],
  ];
  it.each(cases)('%s', async (_, variant, message) => {
    await expect(compileVariants({ refused: variant })).rejects.toThrow(message);
  });

  it('a key that the profile does not know', () => {
    expect(() => planVariants({ refused: { node_pools: pool({}, { root_volume_sise: 5 }) } })).toThrow(
      /root_volume_size/,
    );
  });
});
