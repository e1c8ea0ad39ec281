/** The schemas of the files that describe a channel and its units (docs/units.md). `policy` and `gates` are open here. */
import type { ConfigSchema } from '../model.ts';

const text: ConfigSchema = { type: 'string', minLength: 1 };

const images: ConfigSchema = {
  type: 'object',
  description: 'Pinned images, by the name under which the entry file reads them.',
  additionalProperties: { type: 'string', format: 'image' },
};

const provided: ConfigSchema = {
  type: 'array',
  description: 'Names that the objects of this unit refer to and something else provides.',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['kind', 'name', 'reason'],
    properties: {
      kind: text,
      name: text,
      namespace: text,
      reason: { ...text, description: 'Who provides it.' },
    },
  },
};

const common: Readonly<Record<string, ConfigSchema>> = {
  description: { ...text, description: 'One sentence for the reference pages.' },
  order: { type: 'integer', minimum: 1, description: 'Apply order over all units of a cluster.' },
  images,
  provided,
};

const deployment: Readonly<Record<string, ConfigSchema>> = {
  name: {
    ...text,
    description: 'Stack name; {field} is an identity field of the cluster, {pool} the name of the pool.',
  },
  capabilities: {
    type: 'array',
    uniqueItems: true,
    items: { type: 'string', enum: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] },
  },
  termination_protection: { type: 'boolean' },
  tags: { type: 'object', additionalProperties: { type: 'string' } },
  policy: { type: 'object', description: 'A stack policy document.' },
};

export const componentSchema: ConfigSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['description', 'order'],
  properties: { ...common, stack: { ...text, description: 'The stack that resources.jsonnet joins.' } },
};

export const stackSchema: ConfigSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['description', 'order', 'name'],
  properties: { ...common, ...deployment },
};

/** `name` is for profiles that make stacks: pools of Karpenter are Kubernetes objects. */
export const profileSchema: ConfigSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['description', 'order'],
  properties: {
    ...common,
    ...deployment,
    amis: {
      type: 'object',
      description: 'AMI ids by region, then architecture.',
      propertyNames: { format: 'region' },
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: { amd64: { type: 'string', format: 'ami-id' }, arm64: { type: 'string', format: 'ami-id' } },
      },
    },
  },
};

export const channelSchema: ConfigSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['kubernetes', 'layers'],
  properties: {
    description: text,
    kubernetes: { type: 'string', format: 'kubernetes-minor', description: 'Kubernetes minor of the clusters.' },
    promotes_to: { ...text, description: 'The channel that gets what has proved itself here.' },
    layers: {
      type: 'array',
      description: 'Layer kinds, weakest first: identity fields of the cluster, or {field: [the values it may have]}.',
      items: { type: ['string', 'object'], additionalProperties: { type: 'array', items: { type: 'string' } } },
    },
    gates: { type: 'object', description: 'What a promotion out of this channel must show. Judged by weir promote.' },
  },
};
