// The FabricGateway resource. Its parts recur at several levels: a rule for all routes, for one, for one special case.
local string = { type: 'string' };
local strings = { type: 'array', items: string };
local texts = { type: 'object', additionalProperties: string };
local object(properties, required=[]) = {
  type: 'object',
  properties: properties,
  [if required != [] then 'required']: required,
};
local host = string {
  maxLength: 255,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
};
local period = string { enum: ['second', 'minute', 'hour'] };
local employeeAccess = object({
  type: string { enum: ['allow_list', 'allow_all', 'deny_all'] },
  'user-list': strings,
});

// What holds for one route.
local route = {
  'x-fabric-additional-filters': object({ append: strings, prepend: strings }),
  'x-fabric-employee-access': employeeAccess,
  'x-fabric-privileges': strings { minItems: 1 },
  'x-fabric-ratelimits': object({
    'default-rate': { type: 'integer', minimum: 1 },
    period: period,
    target: { type: 'object', additionalProperties: { type: 'integer' } },
  }, ['default-rate']),
  'x-fabric-request-ratelimits': {
    type: 'array',
    items: object({ headers: strings, period: period, rate: { type: 'integer', minimum: 0 } }, ['headers', 'rate']),
  },
  'x-fabric-static-response': object({
    body: string,
    headers: texts,
    status: { type: 'integer' },
  }, ['body', 'headers', 'status']),
  'x-fabric-whitelist': object({
    'service-list': strings,
    state: string { enum: ['enabled', 'disabled'] },
  }, ['service-list']),
};
local customRoute = object(route {
  'x-fabric-match': object({
    headerRegexps: texts { minProperties: 1 },
    headers: texts { minProperties: 1 },
  }) {
    'x-kubernetes-validations': [{
      message: 'name headers or headerRegexps',
      rule: 'has(self.headers) || has(self.headerRegexps)',
    }],
  },
}, ['x-fabric-match']);

// By path, then by method.
local paths = {
  type: 'object',
  minProperties: 1,
  additionalProperties: {
    type: 'object',
    minProperties: 1,
    additionalProperties: object(route { 'x-fabric-custom-routes': { type: 'array', items: customRoute } }),
  },
};

local spec = object({
  paths: paths,
  'x-external-service-provider': object({
    hosts: { type: 'array', items: host, minItems: 1, 'x-kubernetes-list-type': 'set' },
    stackSetName: string { maxLength: 63 },
    stackVersion: string,
  }, ['hosts', 'stackSetName']),
  'x-fabric-admins': strings { minItems: 0 },
  'x-fabric-compression-support': object({
    compressionFactor: { type: 'integer', minimum: 0, maximum: 9 },
    encoding: string,
  }, ['compressionFactor', 'encoding']),
  'x-fabric-cors-support': object({
    allowedHeaders: strings { minItems: 1 },
    allowedOrigins: strings,
  }, ['allowedHeaders']),
  'x-fabric-employee-access': employeeAccess,
  'x-fabric-service': {
    type: 'array',
    items: object({
      host: host,
      serviceName: string { pattern: '^[a-z][-a-z0-9]{0,61}[a-z0-9]$' },
      servicePort: string { pattern: '^[a-z][-a-z0-9]*[^-]$' },
    }, ['host', 'serviceName']),
  },
  'x-fabric-whitelist': strings,
}, ['paths']);

local status = object({
  num_owned_ingress: { type: 'integer' },
  observedGeneration: { type: 'integer', format: 'int64' },
  owned_ingress_names: strings,
  owned_routegroup_names: strings,
  problems: strings,
});

{
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'fabricgateways.zalando.org' },
  spec: {
    group: 'zalando.org',
    scope: 'Namespaced',
    names: {
      kind: 'FabricGateway',
      listKind: 'FabricGatewayList',
      plural: 'fabricgateways',
      singular: 'fabricgateway',
      shortNames: ['fg'],
      categories: ['all'],
    },
    versions: [{
      name: 'v1',
      served: true,
      storage: true,
      subresources: { status: {} },
      additionalPrinterColumns: [{ name: 'Problems', type: 'string', jsonPath: '.status.problems' }],
      schema: {
        openAPIV3Schema: object({
          apiVersion: string,
          kind: string,
          metadata: { type: 'object' },
          spec: spec,
          status: status,
        }, ['spec']) {
          'x-kubernetes-validations': [{
            message: 'metadata.name may have 63 characters',
            rule: 'size(self.metadata.name) < 64',
          }],
        },
      },
    }],
  },
}
