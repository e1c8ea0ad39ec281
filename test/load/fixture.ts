/** A small repository in memory, and a tree over it. Tests change single files of it. */
import type { EntryKind, SourceTree } from '../../src/model.ts';

/** Content of a file, or what else stands at a path. */
export type Entry = string | Uint8Array | { readonly kind: EntryKind };
export type Files = Readonly<Record<string, Entry>>;

/** A tree over files in memory, with the rules of {@link SourceTree}. */
export function memoryTree(files: Files): SourceTree {
  const entries = new Map<string, Entry>(Object.entries(files));
  for (const path of [...entries.keys()]) {
    for (let at = path; at.includes('/'); ) {
      at = at.slice(0, at.lastIndexOf('/'));
      if (!entries.has(at)) entries.set(at, { kind: 'directory' });
    }
  }
  const kind = (path: string): EntryKind | undefined => {
    if (path === '') return 'directory';
    const entry = entries.get(path);
    if (entry === undefined) return undefined;
    return typeof entry === 'string' || entry instanceof Uint8Array ? 'file' : entry.kind;
  };
  return {
    label: 'memory',
    kind,
    list: (directory) => {
      const prefix = directory === '' ? '' : `${directory}/`;
      return [...entries.keys()]
        .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
        .map((path) => ({ name: path.slice(prefix.length), kind: kind(path) ?? 'other' }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    read: (path) => {
      const entry = entries.get(path);
      if (typeof entry === 'string') return new TextEncoder().encode(entry);
      return entry instanceof Uint8Array ? entry : undefined;
    },
  };
}

const enabled = `  enabled:
    type: boolean
    default: true
    description: Whether it runs.
`;

/** Two channels, each with a stack, a profile, a component and shared; one cluster of each channel. */
export const base: Files = {
  'channels/beta/channel.yaml': `kubernetes: '1.34'
promotes_to: stable
layers:
  - environment: [production, test]
  - region
`,
  'channels/beta/shared/config.schema.yaml': `type: object
additionalProperties: false
properties:
  domain:
    type: string
    format: dns-name
    default: cluster.local
    description: Domain of services.
  mtu:
    type: integer
    default: 1500
    description: Bytes of a packet.
    x-unit: bytes
`,
  'channels/beta/components/dns/component.yaml': `description: Answers names.
order: 300
stack: cluster
images:
  dns: registry.example.org/dns:1.2.3
`,
  'channels/beta/components/dns/config.schema.yaml': `type: object
additionalProperties: false
properties:
${enabled}  version:
    type: string
    default: '1.10'
    description: Version of the zone files.
  account:
    type: [string, 'null']
    format: aws-account-id
    default: null
    description: Account of the zone.
  replicas:
    type: integer
    minimum: 1
    default: 2
    description: How many.
  policy:
    type: string
    enum: [sync, upsert-only]
    default: sync
    description: What may change.
    x-config-item: dns_policy
  domains:
    type: array
    items: { type: string, format: dns-name }
    default: [cluster.local]
    description: Domains to serve.
  zones:
    type: object
    default:
      internal: { ttl: 5 }
    description: Zones by name.
    propertyNames: { format: dns-name }
    additionalProperties:
      type: object
      additionalProperties: false
      properties:
        ttl:
          type: integer
          default: 30
          description: Time to live.
          x-unit: seconds
        forward:
          type: [string, 'null']
          default: null
          description: Where to forward to.
  new_key:
    type: boolean
    default: false
    description: Only beta has this.
`,
  'channels/beta/components/dns/layers/environment/production.yaml': 'replicas: 3\n',
  'channels/beta/components/dns/main.jsonnet': 'function() {}\n',
  'channels/beta/components/dns/resources.jsonnet': 'function() {}\n',
  'channels/beta/stacks/cluster/stack.yaml': `description: The cluster.
order: 100
name: '{local_id}'
capabilities: [CAPABILITY_NAMED_IAM]
termination_protection: true
tags: { Owner: '{owner}' }
`,
  'channels/beta/stacks/cluster/config.schema.yaml': `type: object
additionalProperties: false
properties:
${enabled}`,
  'channels/beta/stacks/cluster/main.jsonnet': 'function() {}\n',
  'channels/beta/node-pools/worker/profile.yaml': `description: Workers.
order: 200
name: '{local_id}-{pool}'
amis:
  eu-central-1: { amd64: ami-0123456789abcdef0 }
`,
  'channels/beta/node-pools/worker/config.schema.yaml': `type: object
additionalProperties: false
properties:
${enabled}  labels:
    type: object
    default: {}
    description: Labels of the nodes.
    propertyNames: { format: label-key }
    additionalProperties: { type: string, format: label-value }
`,
  'channels/beta/node-pools/worker/main.jsonnet': 'function() {}\n',
  'channels/beta/lib/kube.libsonnet': '{}\n',
  'channels/stable/channel.yaml': `kubernetes: '1.33'\nlayers: [environment]\n`,
  'channels/stable/stacks/cluster/stack.yaml': `description: The cluster.\norder: 100\nname: '{local_id}'\n`,
  'channels/stable/stacks/cluster/config.schema.yaml': `type: object
additionalProperties: false
properties:
${enabled}`,
  'channels/stable/stacks/cluster/main.jsonnet': 'function() {}\n',
  'channels/stable/components/dns/component.yaml': 'description: Answers names.\norder: 300\n',
  'channels/stable/components/dns/config.schema.yaml': `type: object
additionalProperties: false
properties:
${enabled}`,
  'channels/stable/components/dns/main.jsonnet': 'function() {}\n',
  'clusters/alpha.yaml': `id: aws:000000000001:eu-central-1:alpha
alias: alpha
local_id: alpha
channel: beta
environment: production
region: eu-central-1
infrastructure_account: aws:000000000001
api_server_url: https://alpha.example.org
criticality_level: 2
lifecycle_status: ready
owner: team-a
node_pools:
  worker-1:
    profile: worker
    instance_types: [m6i.large]
    min_size: 1
    max_size: 3
    config:
      labels:
        team: a
config:
  dns:
    policy: upsert-only
`,
  'clusters/alpha.facts.yaml': `vpc:
  id: vpc-0a1b2c3d4e5f60001
`,
  'clusters/omega.yaml': `id: aws:000000000002:eu-central-1:omega
local_id: omega
channel: stable
environment: test
region: eu-central-1
infrastructure_account: aws:000000000002
api_server_url: https://omega.example.org
lifecycle_status: ready
`,
};

/** {@link base} with some files changed; `undefined` removes one. */
export function changed(changes: Readonly<Record<string, Entry | undefined>>): Files {
  const files: Record<string, Entry> = { ...base };
  for (const [path, entry] of Object.entries(changes)) {
    if (entry === undefined) delete files[path];
    else files[path] = entry;
  }
  return files;
}

/** A file of {@link base} with `from` replaced by `to`. Throws when there is nothing to replace. */
export function edited(path: string, from: string, to: string): Files {
  const text = base[path];
  if (typeof text !== 'string' || !text.includes(from)) throw new Error(`${path} has no ${from}`);
  return changed({ [path]: text.replace(from, to) });
}
