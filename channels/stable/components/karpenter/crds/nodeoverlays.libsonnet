// Structural schema of nodeoverlays.karpenter.sh, from Karpenter's AWS provider 1.14.1 (Apache-2.0). Made by scripts/crds.mjs.
{
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: 'nodeoverlays.karpenter.sh',
  },
  spec: {
    group: 'karpenter.sh',
    names: {
      categories: [
        'karpenter',
      ],
      kind: 'NodeOverlay',
      listKind: 'NodeOverlayList',
      plural: 'nodeoverlays',
      shortNames: [
        'overlays',
      ],
      singular: 'nodeoverlay',
    },
    scope: 'Cluster',
    versions: [
      {
        additionalPrinterColumns: [
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
            jsonPath: '.spec.weight',
            name: 'Weight',
            priority: 1,
            type: 'integer',
          },
        ],
        name: 'v1alpha1',
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
                    'x-kubernetes-validations': [
                      {
                        message: 'invalid resource restricted',
                        rule: "self.all(x, !(x in ['cpu', 'memory', 'ephemeral-storage', 'pods']))",
                      },
                    ],
                  },
                  price: {
                    pattern: '^\\d+(\\.\\d+)?$',
                    type: 'string',
                  },
                  priceAdjustment: {
                    pattern: '^(([+-]{1}(\\d*\\.?\\d+))|(\\+{1}\\d*\\.?\\d+%)|(^(-\\d{1,2}(\\.\\d+)?%)$)|(-100%))$',
                    type: 'string',
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
                              rule: 'self in ["karpenter.k8s.aws/ec2nodeclass", "karpenter.k8s.aws/instance-encryption-in-transit-supported", "karpenter.k8s.aws/instance-category", "karpenter.k8s.aws/instance-hypervisor", "karpenter.k8s.aws/instance-family", "karpenter.k8s.aws/instance-generation", "karpenter.k8s.aws/instance-local-nvme", "karpenter.k8s.aws/instance-size", "karpenter.k8s.aws/instance-cpu", "karpenter.k8s.aws/instance-cpu-manufacturer", "karpenter.k8s.aws/instance-cpu-sustained-clock-speed-mhz", "karpenter.k8s.aws/instance-memory", "karpenter.k8s.aws/instance-ebs-bandwidth", "karpenter.k8s.aws/instance-network-bandwidth", "karpenter.k8s.aws/instance-gpu-name", "karpenter.k8s.aws/instance-gpu-manufacturer", "karpenter.k8s.aws/instance-gpu-count", "karpenter.k8s.aws/instance-gpu-memory", "karpenter.k8s.aws/instance-accelerator-name", "karpenter.k8s.aws/instance-accelerator-manufacturer", "karpenter.k8s.aws/instance-accelerator-count", "karpenter.k8s.aws/instance-capability-flex"] || !self.find("^([^/]+)").endsWith("karpenter.k8s.aws")',
                            },
                          ],
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
                        message: "requirements with operator 'NotIn' must have a value defined",
                        rule: "self.all(x, x.operator == 'NotIn' ? x.values.size() != 0 : true)",
                      },
                      {
                        message: "requirements with operator 'In' must have a value defined",
                        rule: "self.all(x, x.operator == 'In' ? x.values.size() != 0 : true)",
                      },
                      {
                        message: "requirements operator 'Gt', 'Lt', 'Gte' or 'Lte' must have a single positive integer value",
                        rule: "self.all(x, (x.operator == 'Gt' || x.operator == 'Lt' || x.operator == 'Gte' || x.operator == 'Lte') ? (x.values.size() == 1 && int(x.values[0]) >= 0) : true)",
                      },
                    ],
                  },
                  weight: {
                    format: 'int32',
                    maximum: 10000,
                    minimum: 1,
                    type: 'integer',
                  },
                },
                required: [
                  'requirements',
                ],
                type: 'object',
                'x-kubernetes-validations': [
                  {
                    message: "cannot set both 'price' and 'priceAdjustment'",
                    rule: '!has(self.price) || !has(self.priceAdjustment)',
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
