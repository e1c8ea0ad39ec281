/** The schema of a cluster file, without its `config`, which is the business of the units. */
import type { ConfigSchema } from '../model.ts';

/** Cluster, pool and unit names: they become parts of paths, stack names and DNS names. */
export const namePattern = '^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$';

export const lifecycleStatuses = [
  'requested',
  'creating',
  'ready',
  'decommission-requested',
  'decommissioned',
] as const;

const identity: Readonly<Record<string, ConfigSchema>> = {
  id: {
    type: 'string',
    pattern: '^[a-z][a-z0-9:-]*[a-z0-9]$',
    description: 'Unique id of the cluster: <infrastructure account>:<region>:<local id>.',
  },
  alias: {
    type: 'string',
    description: 'Name of the cluster; equals the name of the file.',
  },
  local_id: {
    type: 'string',
    pattern: namePattern,
    description: 'Name of the cluster inside its account and region; the cluster stack has this name.',
  },
  channel: { type: 'string', minLength: 1, description: 'Channel whose units the cluster gets.' },
  environment: {
    type: 'string',
    pattern: '^[a-z0-9][a-z0-9-]*$',
    description: 'Environment, such as production or test: selects the layers of units.',
  },
  region: { type: 'string', format: 'region', description: 'AWS region: selects the layers of units.' },
  infrastructure_account: {
    type: 'string',
    pattern: '^aws:[0-9]{12}$',
    description: 'AWS account, as aws:<12 digits>.',
  },
  api_server_url: { type: 'string', format: 'url', description: 'Where the API server answers.' },
  criticality_level: {
    type: 'integer',
    minimum: 1,
    maximum: 3,
    description: 'How critical the cluster is: 1 non-critical, 2 standard, 3 with regulatory duties.',
  },
  lifecycle_status: {
    type: 'string',
    enum: lifecycleStatuses,
    description: 'Where the cluster is in its life; a decommissioned cluster compiles to nothing.',
  },
  provider: { type: 'string', minLength: 1, description: 'Who runs the machines.' },
  owner: { type: 'string', minLength: 1, description: 'Team that answers for the cluster.' },
  account_name: { type: 'string', minLength: 1, description: 'Name of the account, for people.' },
  cost_center: { type: 'string', minLength: 1, description: 'Who pays.' },
  created_at: { type: 'string', format: 'timestamp', description: 'When the cluster was made.' },
  description: { type: 'string', minLength: 1, description: 'What the cluster is for.' },
};

const nodePool: ConfigSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['profile', 'instance_types', 'min_size', 'max_size'],
  properties: {
    profile: { type: 'string', minLength: 1, description: 'Profile that the pool is made by.' },
    instance_types: {
      type: 'array',
      uniqueItems: true,
      items: { type: 'string', minLength: 1 },
      description: 'EC2 instance types; the first is the reference.',
    },
    discount_strategy: {
      type: 'string',
      enum: ['none', 'spot'],
      default: 'none',
      description: 'Whether the machines are bought on demand or as spot.',
    },
    min_size: { type: 'integer', minimum: 0, description: 'The fewest nodes.' },
    max_size: { type: 'integer', minimum: 0, description: 'The most nodes.' },
    config: { type: 'object', description: 'Overlay of the profile for this pool.' },
  },
};

/** Identity, `node_pools`, `channels` and an open `config`. */
export const clusterSchema: ConfigSchema = {
  type: 'object',
  additionalProperties: false,
  required: [
    'id',
    'local_id',
    'channel',
    'environment',
    'region',
    'infrastructure_account',
    'api_server_url',
    'lifecycle_status',
  ],
  properties: {
    ...identity,
    node_pools: {
      type: 'object',
      description: 'Node pools by name.',
      propertyNames: { pattern: namePattern },
      additionalProperties: nodePool,
    },
    config: { type: 'object', description: 'Overlay by unit: what this cluster has different.' },
    channels: {
      type: 'object',
      description: 'Single units that are taken from another channel: an early look.',
      additionalProperties: { type: 'string' },
    },
  },
};

/** Fields that describe the cluster itself: layer kinds and placeholders of stack names are among these. */
export const identityFields: readonly string[] = Object.keys(identity);
