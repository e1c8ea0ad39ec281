// Structural schema of nodeclaims.karpenter.sh, from Karpenter's AWS provider 1.14.1 (Apache-2.0). Made by scripts/crds.mjs.
{
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: 'nodeclaims.karpenter.sh',
  },
  spec: {
    group: 'karpenter.sh',
    names: {
      categories: [
        'karpenter',
      ],
      kind: 'NodeClaim',
      listKind: 'NodeClaimList',
      plural: 'nodeclaims',
      singular: 'nodeclaim',
    },
    scope: 'Cluster',
    versions: [
      {
        additionalPrinterColumns: [
          {
            jsonPath: '.metadata.labels.node\\.kubernetes\\.io/instance-type',
            name: 'Type',
            type: 'string',
          },
          {
            jsonPath: '.metadata.labels.karpenter\\.sh/capacity-type',
            name: 'Capacity',
            type: 'string',
          },
          {
            jsonPath: '.metadata.labels.topology\\.kubernetes\\.io/zone',
            name: 'Zone',
            type: 'string',
          },
          {
            jsonPath: '.status.nodeName',
            name: 'Node',
            type: 'string',
          },
          {
            jsonPath: '.status.conditions[?(@.type=="Ready")].status',
            name: 'Ready',
            type: 'string',
          },
          {
            jsonPath: '.metadata.creationTimestamp',
            name: 'Age',
            type: 'date',
          },
          {
            jsonPath: '.status.imageID',
            name: 'ImageID',
            priority: 1,
            type: 'string',
          },
          {
            jsonPath: '.status.providerID',
            name: 'ID',
            priority: 1,
            type: 'string',
          },
          {
            jsonPath: '.metadata.labels.karpenter\\.sh/nodepool',
            name: 'NodePool',
            priority: 1,
            type: 'string',
          },
          {
            jsonPath: '.spec.nodeClassRef.name',
            name: 'NodeClass',
            priority: 1,
            type: 'string',
          },
          {
            jsonPath: '.status.conditions[?(@.type=="Drifted")].status',
            name: 'Drifted',
            priority: 1,
            type: 'string',
          },
        ],
        name: 'v1',
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
                  expireAfter: {
                    default: '720h',
                    pattern: '^(([0-9]+(s|m|h))+|Never)$',
                    type: 'string',
                  },
                  nodeClassRef: {
                    properties: {
                      group: {
                        pattern: '^[^/]*$',
                        type: 'string',
                        'x-kubernetes-validations': [
                          {
                            message: 'group may not be empty',
                            rule: "self != ''",
                          },
                        ],
                      },
                      kind: {
                        type: 'string',
                        'x-kubernetes-validations': [
                          {
                            message: 'kind may not be empty',
                            rule: "self != ''",
                          },
                        ],
                      },
                      name: {
                        type: 'string',
                        'x-kubernetes-validations': [
                          {
                            message: 'name may not be empty',
                            rule: "self != ''",
                          },
                        ],
                      },
                    },
                    required: [
                      'group',
                      'kind',
                      'name',
                    ],
                    type: 'object',
                  },
                  requirements: {
                    items: {
                      properties: {
                        key: {
                          type: 'string',
                          maxLength: 316,
                          pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(\\/))?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$',
                          'x-kubernetes-validations': [
                            {
                              message: 'label domain "karpenter.sh" is restricted',
                              rule: 'self in ["karpenter.sh/capacity-type", "karpenter.sh/nodepool"] || !self.find("^([^/]+)").endsWith("karpenter.sh")',
                            },
                            {
                              message: 'label "kubernetes.io/hostname" is restricted',
                              rule: 'self != "kubernetes.io/hostname"',
                            },
                            {
                              message: 'label domain "karpenter.k8s.aws" is restricted',
                              rule: 'self in ["karpenter.k8s.aws/instance-tenancy", "karpenter.k8s.aws/capacity-reservation-type", "karpenter.k8s.aws/capacity-reservation-id", "karpenter.k8s.aws/capacity-reservation-interruptible", "karpenter.k8s.aws/ec2nodeclass", "karpenter.k8s.aws/instance-encryption-in-transit-supported", "karpenter.k8s.aws/instance-category", "karpenter.k8s.aws/instance-hypervisor", "karpenter.k8s.aws/instance-family", "karpenter.k8s.aws/instance-generation", "karpenter.k8s.aws/instance-local-nvme", "karpenter.k8s.aws/instance-size", "karpenter.k8s.aws/instance-cpu", "karpenter.k8s.aws/instance-cpu-manufacturer", "karpenter.k8s.aws/instance-cpu-sustained-clock-speed-mhz", "karpenter.k8s.aws/instance-memory", "karpenter.k8s.aws/instance-ebs-bandwidth", "karpenter.k8s.aws/instance-network-bandwidth", "karpenter.k8s.aws/instance-gpu-name", "karpenter.k8s.aws/instance-gpu-manufacturer", "karpenter.k8s.aws/instance-gpu-count", "karpenter.k8s.aws/instance-gpu-memory", "karpenter.k8s.aws/instance-accelerator-name", "karpenter.k8s.aws/instance-accelerator-manufacturer", "karpenter.k8s.aws/instance-accelerator-count", "karpenter.k8s.aws/instance-capability-flex", "karpenter.k8s.aws/placement-group-id", "karpenter.k8s.aws/placement-group-partition"] || !self.find("^([^/]+)").endsWith("karpenter.k8s.aws")',
                            },
                          ],
                        },
                        minValues: {
                          maximum: 50,
                          minimum: 1,
                          type: 'integer',
                        },
                        operator: {
                          enum: [
                            'Gte',
                            'Lte',
                            'In',
                            'NotIn',
                            'Exists',
                            'DoesNotExist',
                            'Gt',
                            'Lt',
                          ],
                          type: 'string',
                        },
                        values: {
                          items: {
                            type: 'string',
                          },
                          type: 'array',
                          'x-kubernetes-list-type': 'atomic',
                          maxLength: 63,
                          pattern: '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$',
                        },
                      },
                      required: [
                        'key',
                        'operator',
                      ],
                      type: 'object',
                    },
                    maxItems: 100,
                    type: 'array',
                    'x-kubernetes-list-type': 'atomic',
                    'x-kubernetes-validations': [
                      {
                        message: "requirements with operator 'In' must have a value defined",
                        rule: "self.all(x, x.operator == 'In' ? x.values.size() != 0 : true)",
                      },
                      {
                        message: "requirements operator 'Gt', 'Lt', 'Gte', or 'Lte' must have a single positive integer value",
                        rule: "self.all(x, (x.operator == 'Gt' || x.operator == 'Lt' || x.operator == 'Gte' || x.operator == 'Lte') ? (x.values.size() == 1 && int(x.values[0]) >= 0) : true)",
                      },
                      {
                        message: "requirements with 'minValues' must have at least that many values specified in the 'values' field",
                        rule: "self.all(x, (x.operator == 'In' && has(x.minValues)) ? x.values.size() >= x.minValues : true)",
                      },
                    ],
                  },
                  resources: {
                    properties: {
                      requests: {
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
                    },
                    type: 'object',
                  },
                  startupTaints: {
                    items: {
                      properties: {
                        effect: {
                          type: 'string',
                          enum: [
                            'NoSchedule',
                            'PreferNoSchedule',
                            'NoExecute',
                          ],
                        },
                        key: {
                          type: 'string',
                          minLength: 1,
                          pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(\\/))?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$',
                        },
                        timeAdded: {
                          format: 'date-time',
                          type: 'string',
                        },
                        value: {
                          type: 'string',
                          pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(\\/))?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$',
                        },
                      },
                      required: [
                        'effect',
                        'key',
                      ],
                      type: 'object',
                    },
                    type: 'array',
                    'x-kubernetes-list-type': 'atomic',
                  },
                  taints: {
                    items: {
                      properties: {
                        effect: {
                          type: 'string',
                          enum: [
                            'NoSchedule',
                            'PreferNoSchedule',
                            'NoExecute',
                          ],
                        },
                        key: {
                          type: 'string',
                          minLength: 1,
                          pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(\\/))?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$',
                        },
                        timeAdded: {
                          format: 'date-time',
                          type: 'string',
                        },
                        value: {
                          type: 'string',
                          pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(\\/))?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$',
                        },
                      },
                      required: [
                        'effect',
                        'key',
                      ],
                      type: 'object',
                    },
                    type: 'array',
                    'x-kubernetes-list-type': 'atomic',
                  },
                  terminationGracePeriod: {
                    pattern: '^([0-9]+(s|m|h))+$',
                    type: 'string',
                  },
                },
                required: [
                  'nodeClassRef',
                  'requirements',
                ],
                type: 'object',
                'x-kubernetes-validations': [
                  {
                    message: 'spec is immutable',
                    rule: 'self == oldSelf',
                  },
                ],
              },
              status: {
                properties: {
                  allocatable: {
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
                  capacity: {
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
                          pattern: '^([A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?|)$',
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
                  imageID: {
                    type: 'string',
                  },
                  lastPodEventTime: {
                    format: 'date-time',
                    type: 'string',
                  },
                  nodeName: {
                    type: 'string',
                  },
                  providerID: {
                    type: 'string',
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
