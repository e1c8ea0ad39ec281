// Structural schema of capacitybuffers.autoscaling.x-k8s.io, from Karpenter's AWS provider 1.14.1 (Apache-2.0). Made by scripts/crds.mjs.
{
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: 'capacitybuffers.autoscaling.x-k8s.io',
  },
  spec: {
    group: 'autoscaling.x-k8s.io',
    names: {
      categories: [
        'autoscaling',
      ],
      kind: 'CapacityBuffer',
      listKind: 'CapacityBufferList',
      plural: 'capacitybuffers',
      shortNames: [
        'cb',
      ],
      singular: 'capacitybuffer',
    },
    scope: 'Namespaced',
    versions: [
      {
        additionalPrinterColumns: [
          {
            jsonPath: '.spec.provisioningStrategy',
            name: 'Strategy',
            type: 'string',
          },
          {
            jsonPath: '.status.podTemplateRef.name',
            name: 'PodTemplate',
            type: 'string',
          },
          {
            jsonPath: '.status.replicas',
            name: 'Replicas',
            type: 'integer',
          },
          {
            jsonPath: '.status.conditions[*].type',
            name: 'ConditionsType',
            type: 'string',
          },
          {
            jsonPath: '.status.conditions[*].status',
            name: 'ConditionsStatus',
            type: 'string',
          },
          {
            jsonPath: '.status.conditions[*].reason',
            name: 'ConditionsReason',
            type: 'string',
          },
          {
            jsonPath: '.metadata.creationTimestamp',
            name: 'Age',
            type: 'date',
          },
        ],
        name: 'v1beta1',
        schema: {
          openAPIV3Schema: {
            properties: {
              apiVersion: {
                type: 'string',
              },
              kind: {
                type: 'string',
              },
              metadata: {
                type: 'object',
              },
              spec: {
                properties: {
                  limits: {
                    additionalProperties: {
                      anyOf: [
                        {
                          type: 'integer',
                        },
                        {
                          type: 'string',
                        },
                      ],
                      pattern: '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$',
                      'x-kubernetes-int-or-string': true,
                    },
                    type: 'object',
                  },
                  percentage: {
                    format: 'int32',
                    minimum: 0,
                    type: 'integer',
                  },
                  podTemplateRef: {
                    properties: {
                      name: {
                        minLength: 1,
                        type: 'string',
                      },
                    },
                    required: [
                      'name',
                    ],
                    type: 'object',
                  },
                  provisioningStrategy: {
                    default: 'buffer.x-k8s.io/active-capacity',
                    type: 'string',
                  },
                  replicas: {
                    format: 'int32',
                    minimum: 0,
                    type: 'integer',
                  },
                  scalableRef: {
                    properties: {
                      apiGroup: {
                        type: 'string',
                      },
                      kind: {
                        minLength: 1,
                        type: 'string',
                      },
                      name: {
                        minLength: 1,
                        type: 'string',
                      },
                    },
                    required: [
                      'kind',
                      'name',
                    ],
                    type: 'object',
                  },
                },
                type: 'object',
                'x-kubernetes-validations': [
                  {
                    message: 'If podTemplateRef is set, replicas or limits must also be set',
                    rule: '!has(self.podTemplateRef) || has(self.replicas) || has(self.limits)',
                  },
                  {
                    message: 'You must define either PodTemplateRef or ScalableRef, but not both',
                    rule: '!(has(self.podTemplateRef) && has(self.scalableRef))',
                  },
                ],
              },
              status: {
                properties: {
                  conditions: {
                    items: {
                      properties: {
                        lastTransitionTime: {
                          format: 'date-time',
                          type: 'string',
                        },
                        message: {
                          maxLength: 32768,
                          type: 'string',
                        },
                        observedGeneration: {
                          format: 'int64',
                          minimum: 0,
                          type: 'integer',
                        },
                        reason: {
                          maxLength: 1024,
                          minLength: 1,
                          pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
                          type: 'string',
                        },
                        status: {
                          enum: [
                            'True',
                            'False',
                            'Unknown',
                          ],
                          type: 'string',
                        },
                        type: {
                          maxLength: 316,
                          pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$',
                          type: 'string',
                        },
                      },
                      required: [
                        'lastTransitionTime',
                        'message',
                        'reason',
                        'status',
                        'type',
                      ],
                      type: 'object',
                    },
                    type: 'array',
                    'x-kubernetes-list-map-keys': [
                      'type',
                    ],
                    'x-kubernetes-list-type': 'map',
                  },
                  podTemplateGeneration: {
                    format: 'int64',
                    type: 'integer',
                  },
                  podTemplateRef: {
                    properties: {
                      name: {
                        minLength: 1,
                        type: 'string',
                      },
                    },
                    required: [
                      'name',
                    ],
                    type: 'object',
                  },
                  provisioningStrategy: {
                    type: 'string',
                  },
                  replicas: {
                    format: 'int32',
                    type: 'integer',
                  },
                },
                type: 'object',
              },
            },
            required: [
              'spec',
            ],
            type: 'object',
          },
        },
        served: true,
        storage: true,
        subresources: {
          status: {},
        },
      },
    ],
  },
}
