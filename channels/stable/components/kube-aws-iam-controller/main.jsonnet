local iam = import '../../lib/iam.libsonnet';
local kube = import '../../lib/kube.libsonnet';

function(cluster, config, images)
  local name = 'kube-aws-iam-controller';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local string = { type: 'string' };
  {
    definition: kube.object(
      'apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'awsiamroles.zalando.org', labels=selector
    ) {
      spec: {
        group: 'zalando.org',
        scope: 'Namespaced',
        names: {
          kind: 'AWSIAMRole',
          listKind: 'AWSIAMRoleList',
          plural: 'awsiamroles',
          singular: 'awsiamrole',
          categories: ['all'],
        },
        versions: [{
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [
            { name: 'RoleARN', type: 'string', jsonPath: '.status.roleARN' },
            { name: 'Expiration', type: 'string', jsonPath: '.status.expiration' },
          ],
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
                  required: ['roleReference'],
                  properties: {
                    // A name, or a whole ARN.
                    roleReference: string { minLength: 3 },
                    // In seconds; no longer than the role itself allows.
                    roleSessionDuration: { type: 'integer', minimum: 900, maximum: 43200 },
                  },
                },
                status: {
                  type: 'object',
                  properties: {
                    observedGeneration: { type: 'integer', format: 'int64' },
                    roleARN: string,
                    expiration: string,
                  },
                },
              },
            },
          },
        }],
      },
    },

    account: kube.serviceAccount(name, namespace, selector, iam.annotations(cluster, name)),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: ['zalando.org'], resources: ['awsiamroles'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['zalando.org'], resources: ['awsiamroles/status'], verbs: ['patch', 'update'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
      // weir-ignore escalation-path: Credentials stand beside the pods that use them, in whatever namespace, under
      // names that people choose.
      {
        apiGroups: [''],
        resources: ['secrets'],
        verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
      },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch', 'update'] },
    ], selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    // With a role of its own and the base of role names given, it needs no metadata service, and so no host network. It
    // serves nothing that could be asked whether it lives; it exits when it cannot go on.
    deployment: kube.deployment(name, namespace, selector, kube.onControlPlane {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(),
      containers: [{
        name: name,
        image: images[name],
        args: ['--base-role-arn=arn:aws:iam::' + cluster.account_id + ':role/'],
        env: kube.env(iam.env(cluster, name)),
        resources: kube.resources(config.cpu, config.memory.min),
        securityContext: kube.restricted,
        volumeMounts: [iam.mount],
      }],
      volumes: [iam.volume],
    }, strategy={ type: 'Recreate' }),

    autoscaler: kube.verticalPodAutoscaler(name, namespace, 'Deployment', {
      [name]: kube.memoryBounds(config.memory),
    }, selector),
  }
