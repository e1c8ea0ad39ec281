/** Variants of stacks and of node-pool profiles: each compiles, and `weir check` finds nothing wrong with it. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model.ts';
import { faultsOf, type Variant } from './variants.ts';

const masters = (config: JsonObject = {}, change: JsonObject = {}) => ({
  profile: 'master-default',
  instance_types: ['m6i.large'],
  discount_strategy: 'none',
  min_size: 2,
  max_size: 2,
  config,
  ...change,
});
const workers = (profile: string, config: JsonObject = {}, change: JsonObject = {}) => ({
  profile,
  instance_types: ['m6i.large', 'm5.large'],
  discount_strategy: 'spot',
  min_size: 0,
  max_size: 6,
  config,
  ...change,
});
// Beside a special pool there is always one where everything else runs.
const pools = (others: JsonObject, config: JsonObject = {}) => ({
  masters: masters(config),
  plain: workers('worker-splitaz', {}, { discount_strategy: 'none' }),
  ...others,
});
const control = (config: JsonObject): Variant => ({
  node_pools: pools({ workers: workers('worker-splitaz') }, config),
});
const pool = (profile: string, config: JsonObject, change: JsonObject = {}): Variant => ({
  node_pools: pools({ workers: workers(profile, config, change) }),
});
const stack = (config: JsonObject): Variant => ({
  node_pools: pools({}),
  config,
});

const etcd: Readonly<Record<string, Variant>> = {
  'one-member': stack({ shared: { etcd_members: 1 } }),
  'five-members': stack({ shared: { etcd_members: 5 } }),
  'members-of-arm': stack({ etcd: { instance_type: 't4g.medium' } }),
  'joining-members': stack({ etcd: { cluster_state: 'existing' } }),
  'large-volumes': stack({ etcd: { data_volume: { size: 200, iops: 6000, throughput: 500 }, quota: '4Gi' } }),
  'patient-members': stack({ etcd: { heartbeat_interval: '250ms', election_timeout: '2500ms' } }),
  'key-officers': stack({
    etcd: { key_administrators: ['arn:aws:iam::000000000099:role/officer'], backup_retention: 90 },
    cluster: { key_administrators: ['arn:aws:iam::000000000099:role/officer'] },
  }),
};

const cluster: Readonly<Record<string, Variant>> = {
  'application-ingress': stack({ shared: { ingress: { load_balancer: 'application' } } }),
  'no-http2': stack({ cluster: { http2: false } }),
  'strict-tls': stack({ cluster: { ssl_policy: 'ELBSecurityPolicy-TLS13-1-3-2021-06' } }),
  'narrow-api': stack({ cluster: { api_access: ['198.51.100.0/24', '203.0.113.0/24'] } }),
  'ssh-open': stack({ cluster: { ssh_access: ['10.0.0.0/8'] } }),
  'ports-open': stack({
    cluster: {
      open_ports: {
        ftp: { cidr: '198.51.100.0/24', from_port: 21, to_port: 22 },
        sip: { cidr: '198.51.100.0/24', protocol: 'udp', from_port: 5060, to_port: 5061 },
      },
    },
  }),
  'assumable-roles': stack({ cluster: { worker_assumable_roles: ['arn:aws:iam::000000000099:role/app-*'] } }),
  'quick-drain': stack({ shared: { api_server_drain: '30s' } }),
};

const controlPlane: Readonly<Record<string, Variant>> = {
  'secrets-plain': control({ encryption: { mode: 'none' } }),
  'secrets-on-the-way-out': control({ encryption: { mode: 'decrypt' } }),
  'own-provider': control({ encryption: { image: 'registry.example.org/team/provider:v1.0.0' } }),
  'people-by-oidc': control({ oidc: { issuer_url: 'https://login.example.org', client_id: 'kubernetes' } }),
  'people-by-webhook': control({
    authnz_webhook: { image: 'registry.example.org/team/authnz:v1.0.0', collaborator_administrators: true },
  }),
  'audit-elsewhere': control({ audit: { webhook_url: 'http://127.0.0.1:8889/audit', webhook_batch_max_size: 50 } }),
  'audit-of-everything': control({
    audit: { read_access: true, controller_manager_node_changes: true, pod_events: true },
  }),
  'audit-of-less': control({ audit: { pod_events: false } }),
  'no-event-limit': control({ api_server: { event_rate_limit: { enabled: false } } }),
  'memory-limit': control({ api_server: { memory_limit: '6Gi', extend_token_expiration: true, goaway_chance: 0 } }),
  'restricted-pods': control({ api_server: { pod_security: 'restricted' } }),
  'no-binpacking': control({ scheduler: { binpacking_profile: false } }),
  'profiling-and-gates': control({ profiling: true, feature_gates: { HPAScaleToZero: true } }),
  'masters-that-stay': control({ rolling_update: { enabled: false } }),
  'hooked-masters': control({ termination_hook: { enabled: true, timeout: '15m' } }),
  'masters-of-arm': { node_pools: { ...pools({}), masters: masters({}, { instance_types: ['m7g.large'] }) } },
  'kernel-settings': control({
    sysctls: { 'net.core.somaxconn': '1024' },
    allowed_unsafe_sysctls: ['net.ipv4.tcp_keepalive_time'],
  }),
  'small-nodes': stack({ shared: { node_cidr_mask_size: 28 } }),
};

const workerPools: Readonly<Record<string, Variant>> = Object.fromEntries(
  ['worker-splitaz', 'worker-combined'].flatMap((profile) => {
    const short = profile.slice('worker-'.length);
    const one = { instance_types: ['m6i.large'] };
    const cases: Readonly<Record<string, Variant>> = {
      'spot-types': pool(profile, {}),
      'spot-type': pool(profile, {}, one),
      'demand-types': pool(profile, {}, { discount_strategy: 'none' }),
      'demand-type': pool(profile, {}, { discount_strategy: 'none', ...one }),
      tainted: pool(profile, { taints: { dedicated: { value: 'x', effect: 'NoExecute' } } }),
      preferring: pool(profile, { taints: { dedicated: { effect: 'PreferNoSchedule' } } }),
      'tainted-ingress': pool(profile, {
        ingress: true,
        taints: { dedicated: { value: 'skipper-ingress', effect: 'NoSchedule' } },
      }),
      'no-ingress': pool(profile, { ingress: false }),
      fallback: pool(profile, { scaling_priority: -100 }),
      gpu: pool(profile, { gpu: 'nvidia' }, { instance_types: ['g5.xlarge'] }),
      disks: pool(
        profile,
        { instance_storage_mount_path: '/data', ephemeral_storage: '400Gi' },
        { instance_types: ['i4i.large'] },
      ),
      arm: pool(profile, {}, { instance_types: ['m7g.large', 'c7g.xlarge'] }),
      hooked: pool(profile, { termination_hook: { enabled: true } }),
      'two-zones': pool(profile, { availability_zones: ['eu-central-1a', 'eu-central-1c'] }),
      'whole-processors': pool(profile, { cpu_manager_policy: 'static', max_pods_extra: 8 }),
      'far-metadata': pool(profile, { metadata_hop_limit: 2, root_volume_delete_on_termination: false }),
      'one-pull': pool(profile, {
        registry: { serialize_pulls: true, pull_qps: 0 },
        feature_gates: { UserNamespacesSupport: true },
      }),
      'lowest-price': pool(profile, { spot_allocation_strategy: 'lowest-price' }),
    };
    return Object.entries(cases).map(([name, variant]) => [`${short}-${name}`, variant] as const);
  }),
);

const mixed: Readonly<Record<string, Variant>> = {
  'mixed-base': pool('worker-combined', { on_demand: { base: 3 } }),
  'mixed-share': pool('worker-combined', { on_demand: { percentage_above_base: 40 } }),
  'mixed-one-type': pool(
    'worker-combined',
    { on_demand: { base: 1, percentage_above_base: 10 } },
    { instance_types: ['m5.large'] },
  ),
  'mixed-no-spot': pool('worker-combined', { on_demand: { percentage_above_base: 100 } }),
};

const karpenter: Readonly<Record<string, Variant>> = Object.fromEntries(
  Object.entries({
    'karpenter-spot': pool('worker-karpenter', {}),
    'karpenter-demand': pool('worker-karpenter', {}, { discount_strategy: 'none' }),
    'karpenter-any-type': pool('worker-karpenter', {}, { instance_types: [] }),
    'karpenter-gpu': pool('worker-karpenter', { gpu: 'nvidia' }, { instance_types: ['g5.xlarge'] }),
    'karpenter-limits': pool('worker-karpenter', {
      limits: { cpu: '100', memory: '400Gi' },
      consolidation: { policy: 'WhenEmpty', after: '10m' },
      scaling_priority: 1,
      labels: { dedicated: 'x' },
      taints: { dedicated: { value: 'x', effect: 'NoSchedule' } },
      requirements: { 'karpenter.k8s.aws/instance-generation': { operator: 'Gt', values: ['5'] } },
    }),
  }).map(([name, variant]) => [name, { ...variant, config: { karpenter: { enabled: true } } }]),
);

describe.each([
  ['etcd', etcd],
  ['cluster', cluster],
  ['master-default', controlPlane],
  ['worker-splitaz and worker-combined', workerPools],
  ['a mix of spot and on-demand', mixed],
  ['worker-karpenter', karpenter],
] as const)('%s', (_, variants) => {
  it(`${Object.keys(variants).length} variants compile and pass`, async () => {
    expect(await faultsOf(variants)).toEqual([]);
  });
});
