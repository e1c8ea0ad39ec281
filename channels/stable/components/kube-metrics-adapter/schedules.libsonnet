// ScalingSchedule and ClusterScalingSchedule: the same but for their scope.
local string = { type: 'string' };
local time = string { pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' };
local schedule = {
  type: 'object',
  required: ['type', 'value'],
  properties: {
    type: string { enum: ['OneTime', 'Repeating'] },
    // What the metric is while the schedule lasts.
    value: { type: 'integer', format: 'int64' },
    durationMinutes: { type: 'integer' },
    date: string { format: 'date-time' },
    endDate: string { format: 'date-time' },
    period: {
      type: 'object',
      required: ['days', 'startTime', 'timezone'],
      properties: {
        days: { type: 'array', items: string { enum: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] } },
        startTime: time,
        endTime: time,
        timezone: string,
      },
    },
  },
};

function(kind, scope)
  local singular = std.asciiLower(kind);
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: singular + 's.zalando.org' },
    spec: {
      group: 'zalando.org',
      scope: scope,
      names: { kind: kind, listKind: kind + 'List', plural: singular + 's', singular: singular },
      versions: [{
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [{ name: 'Active', type: 'boolean', jsonPath: '.status.active' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              apiVersion: string,
              kind: string,
              metadata: { type: 'object' },
              spec: {
                type: 'object',
                required: ['schedules'],
                properties: {
                  scalingWindowDurationMinutes: { type: 'integer', format: 'int64' },
                  schedules: { type: 'array', items: schedule },
                },
              },
              status: { type: 'object', properties: { active: { type: 'boolean', default: false } } },
            },
          },
        },
      }],
    },
  }
