/** Clusters that exist in a test alone, on the channels of this repository: for variants that no real cluster has. */
import { stringify } from 'yaml';
import { compilePlans, loadFleet } from '../../src/commands/shared/context.ts';
import { validateFleet } from '../../src/commands/shared/validation.ts';
import { openWorkTree } from '../../src/load/tree.ts';
import type { Artifact, JsonObject, SourceTree } from '../../src/model.ts';
import { root } from './compiled.ts';

const region = 'eu-central-1';
const account = '000000000099';

/** A cluster with `zones` (letters), overlaid by `identity`; pools and config as in a cluster file. */
export interface Variant {
  readonly zones?: readonly string[];
  readonly identity?: JsonObject;
  readonly node_pools?: JsonObject;
  readonly config?: JsonObject;
}

function clusterFile(name: string, variant: Variant): JsonObject {
  return {
    id: `aws:${account}:${region}:${name}`,
    alias: name,
    local_id: name,
    channel: 'beta',
    environment: 'test',
    region,
    infrastructure_account: `aws:${account}`,
    api_server_url: `https://${name}.variants.example.org`,
    lifecycle_status: 'ready',
    owner: 'team-tests',
    account_name: 'tests',
    provider: 'aws',
    criticality_level: 1,
    ...variant.identity,
    node_pools: variant.node_pools ?? {},
    config: variant.config ?? {},
  };
}

function factsFile(name: string, zones: readonly string[]): JsonObject {
  const secrets = [
    'control-plane-ca',
    'control-plane-tls',
    'service-account-key',
    'etcd-client-tls',
    'etcd-member-tls',
    'worker-tls',
  ];
  return {
    captured: '2026-11-02',
    vpc: { id: 'vpc-0a1b2c3d4e5f60099', cidr: '172.31.0.0/16' },
    subnets: Object.fromEntries(zones.map((zone) => [`${region}${zone}`, `subnet-0a1b2c3d4e5f6009${zone}`])),
    hosted_zone: { name: 'variants.example.org', id: 'Z0000000VARIANTS' },
    certificate_arn: `arn:aws:acm:${region}:${account}:certificate/11111111-2222-4333-8444-555555555555`,
    oidc_thumbprints: ['0'.repeat(40)],
    secrets: Object.fromEntries(
      secrets.map((secret) => [
        secret,
        {
          reference: `arn:aws:secretsmanager:${region}:${account}:secret:${name}/${secret}-AbCdEf`,
          sha256: 'a'.repeat(64),
        },
      ]),
    ),
  };
}

/** The sources of this repository with these clusters instead of its own. */
function treeOf(variants: Readonly<Record<string, Variant>>): SourceTree {
  const tree = openWorkTree(root);
  const files = new Map<string, Uint8Array>();
  for (const [name, variant] of Object.entries(variants)) {
    const put = (path: string, value: JsonObject) => files.set(path, new TextEncoder().encode(stringify(value)));
    put(`clusters/${name}.yaml`, clusterFile(name, variant));
    put(`clusters/${name}.facts.yaml`, factsFile(name, variant.zones ?? ['a', 'b', 'c']));
  }
  const names = [...files.keys()].map((path) => path.slice('clusters/'.length)).sort();
  return {
    label: 'variants',
    kind: (path) => (files.has(path) ? 'file' : tree.kind(path)),
    list: (folder) => (folder === 'clusters' ? names.map((name) => ({ name, kind: 'file' })) : tree.list(folder)),
    read: (path) => files.get(path) ?? (path.startsWith('clusters/') ? undefined : tree.read(path)),
  };
}

/** Compiles the clusters; throws what the compiler throws. */
export async function compileVariants(variants: Readonly<Record<string, Variant>>): Promise<readonly Artifact[]> {
  const fleet = loadFleet(treeOf(variants));
  return (await compilePlans(fleet.repository, fleet.plans, { jobs: 1 })).artifacts;
}

/** Compiles and checks: the errors that `weir check` would report, each with its clusters. */
export async function faultsOf(variants: Readonly<Record<string, Variant>>): Promise<readonly string[]> {
  const tree = treeOf(variants);
  const fleet = loadFleet(tree);
  const compilation = await compilePlans(fleet.repository, fleet.plans, { jobs: 1 });
  const { findings } = validateFleet(fleet, compilation, tree, new Date('2026-06-01'));
  return findings
    .filter((finding) => finding.severity === 'error' && finding.clusters.length > 0)
    .map((finding) => `${finding.clusters.join(', ')}: ${finding.rule}: ${finding.message} (${finding.artifact})`);
}

/** Loads the clusters and compiles nothing: their problems are those of overlays. */
export function planVariants(variants: Readonly<Record<string, Variant>>): number {
  return loadFleet(treeOf(variants)).plans.length;
}

/** The template of a stack, or of a pool's (`node-pool-<pool>`). */
export function templateOf(artifacts: readonly Artifact[], cluster: string, stack: string): JsonObject {
  const path = `cloudformation/${stack}/template.yaml`;
  const found = artifacts.find((artifact) => artifact.cluster === cluster && artifact.path === path);
  if (found === undefined) throw new Error(`${cluster} has no ${path}`);
  return found.value as JsonObject;
}
