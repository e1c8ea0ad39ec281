local iam = import '../../lib/iam.libsonnet';
local kube = import '../../lib/kube.libsonnet';
local audit = import 'audit.libsonnet';
local weir = import 'weir.libsonnet';

// A grant is a ConfigMap in a namespace of its own, one each, immutable: taking it back is deleting it. That two people
// stand behind it, that it ends, and that it was reported, the API server checks itself, whatever the program does.
function(cluster, config, images)
  local name = 'emergency-access';
  local selector = kube.selector(name);
  local account = 'system:serviceaccount:' + name + ':' + name;
  local port = 8080;
  local keys = ['user', 'role', 'requester', 'approver', 'reason', 'granted_at', 'expires_at', 'audit_id'];
  local host = name + '.' + cluster.facts.hosted_zone.name;
  if cluster.environment != 'production' then {} else {
    namespace: kube.object('v1', 'Namespace', name, labels=selector {
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': 'v' + cluster.kubernetes,
    }),

    account: kube.serviceAccount(name, name, selector, iam.annotations(cluster, name)),

    // It makes, sees and takes back grants; it cannot change one, and knows nothing else of the cluster.
    role: kube.role(name, name, [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'delete', 'get', 'list', 'watch'] },
    ], selector),
    roleBinding: kube.roleBinding(name, name, name, [kube.account(name, name)], labels=selector),

    // Whoever answers for people's roles reads grants.
    readerRole: kube.role(name + '-reader', name, [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] },
    ], selector),
    readerBinding: kube.roleBinding(
      name + '-reader', name, name + '-reader', [kube.user('authnz-webhook')], labels=selector
    ),

    policy: kube.object('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', name, labels=selector) {
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
          resourceRules: [{
            apiGroups: [''],
            apiVersions: ['v1'],
            resources: ['configmaps'],
            operations: ['CREATE', 'UPDATE'],
            scope: 'Namespaced',
          }],
        },
        // Every namespace gets the cluster's root certificate from the controller manager.
        matchConditions: [{ name: 'grants', expression: "object.metadata.name != 'kube-root-ca.crt'" }],
        validations: [
          {
            expression: "request.operation == 'CREATE'",
            message: 'a grant is never changed; delete it and ask for another',
          },
          {
            expression: "request.userInfo.username == '" + account + "'",
            message: 'grants are made by the emergency access service alone',
          },
          {
            expression: 'has(object.immutable) && object.immutable && has(object.data) && ' +
                        std.manifestJsonMinified(keys) + ".all(key, key in object.data && object.data[key] != '')",
            message: 'a grant is immutable and says ' + std.join(', ', keys),
          },
          {
            expression: "!has(object.data) || !('role' in object.data) || object.data.role in ['Manual', 'Emergency']",
            message: 'a grant is for Manual or Emergency',
          },
          {
            expression: "!has(object.data) || !(['user', 'requester', 'approver'].all(key, key in object.data)) || " +
                        '(object.data.approver != object.data.requester && object.data.approver != object.data.user)',
            message: 'nobody approves their own grant',
          },
          {
            expression: "!has(object.data) || !(['granted_at', 'expires_at'].all(key, key in object.data)) || " +
                        '(timestamp(object.data.expires_at) > timestamp(object.data.granted_at) && ' +
                        'timestamp(object.data.expires_at) - timestamp(object.data.granted_at) <= duration(' +
                        "'%ds'))" % weir.duration.seconds(config.max_duration),
            message: 'a grant ends, at the latest after ' + config.max_duration,
          },
        ],
      },
    },
    policyBinding: kube.object('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', name, labels=selector) {
      spec: { policyName: name, validationActions: ['Deny', 'Audit'] },
    },

    deployment: kube.deployment(name, name, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      topologySpreadConstraints: kube.spread(selector),
      securityContext: kube.nonRoot(),
      containers: [{
        name: name,
        image: if config.image == null then images[name] else config.image,
        args: [
          '--listen=:%d' % port,
          '--cluster-id=' + cluster.id,
          '--community=' + cluster.owner,
          '--environment=' + cluster.environment,
          '--grants-namespace=' + name,
          '--max-duration=' + config.max_duration,
          '--teams-api-url=' + config.teams_url,
          '--tokeninfo-url=' + config.token_info_url,
          '--audittrail-url=' + config.audit_url,
          '--s3-bucket-name=' + audit.bucket(cluster, config),
        ],
        env: kube.env(iam.env(cluster, name) { PAGER_KEY: kube.secretRef(name, 'pager-key') }),
        ports: [{ name: 'http', containerPort: port }],
        livenessProbe: kube.httpProbe('/healthz', 'http', timeout=1),
        readinessProbe: kube.httpProbe('/healthz', 'http', timeout=1),
        resources: kube.resources('50m', config.memory),
        securityContext: kube.restricted,
        volumeMounts: [iam.mount],
      }],
      volumes: [iam.volume],
    }, replicas=2),
    budget: kube.podDisruptionBudget(name, name, selector),

    service: kube.service(name, name, selector, [{ name: 'http', port: 80, targetPort: 'http' }]),

    // The router asks for a valid token; whose it is and what they may, the program checks.
    ingress: kube.object('networking.k8s.io/v1', 'Ingress', name, name, selector, {
      'zalando.org/skipper-filter': 'oauthTokeninfoAnyScope("uid")',
    }) {
      spec: {
        rules: [{
          host: host,
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: name, port: { name: 'http' } } } }],
          },
        }],
      },
    },
  }
