local kube = import '../../lib/kube.libsonnet';
local rules = import 'rules.libsonnet';

// Labels by which a ClusterRole joins a role of people. Components bring their own kinds with them.
local aggregate(role) = { ['rbac.authorization.k8s.io/aggregate-to-' + role]: 'true' };

// The platform's namespaces: programs in them hold rights that would make whoever may write there an Administrator.
local protected = ['emergency-access', 'kube-system', 'visibility'];

// A ClusterRole made of all that carry one of the labels. The controller manager fills in the rules.
local aggregated(name, roles, labels) =
  kube.clusterRole(name, [], labels) {
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregate(role) } for role in roles] },
  };

// Names of the service that hands out routes, as a path of the API server's proxy has them.
local routeServices = [
  prefix + 'skipper-ingress-routesrv' + port
  for prefix in ['', 'http:']
  for port in ['', ':80', ':routes']
];

function(cluster, config)
  local name = 'roles';
  local labels = kube.selector(name);
  local production = cluster.environment == 'production';
  local on(unit) = std.get(cluster.enabled, unit, false);
  local subjects(role) = [kube.group(group) for group in config.groups[role]];
  local bound(role, clusterRole) =
    if config.groups[role] == [] then null else kube.clusterRoleBinding(role, clusterRole, subjects(role), labels);
  {
    readonly: aggregated('readonly', ['readonly'], labels),
    poweruser: aggregated('poweruser', ['readonly', 'poweruser'], labels),
    manual: aggregated('manual', ['readonly', 'poweruser'], labels),
    emergency: aggregated('emergency', ['readonly', 'poweruser', 'emergency'], labels),

    readonlyBase: kube.clusterRole('readonly-base', rules.read, labels + aggregate('readonly')),
    readonlyPlatform: kube.clusterRole('readonly-platform', rules.readPlatform(on), labels + aggregate('readonly')),
    poweruserBase: kube.clusterRole('poweruser-base', rules.write, labels + aggregate('poweruser')),
    poweruserPlatform: kube.clusterRole('poweruser-platform', rules.writePlatform(on), labels + aggregate('poweruser')),
    emergencyBase: kube.clusterRole('emergency-base', rules.rescue, labels + aggregate('emergency')),

    readonlyBinding: bound('readonly', 'readonly'),
    // The environment decides who may write: for a while and with approval in production, always elsewhere.
    poweruserBinding: if production then null else bound('poweruser', 'poweruser'),
    manualBinding: if production then bound('manual', 'manual') else null,
    emergencyBinding: if production then bound('emergency', 'emergency') else null,
    administratorBinding: bound('administrator', 'cluster-admin'),

    // What the routers were told, to see why a request goes where it goes. Only the service that hands out routes.
    routes: if on('skipper') then kube.role('route-reader', 'kube-system', [
      { apiGroups: [''], resources: ['services/proxy'], verbs: ['get'], resourceNames: routeServices },
    ], labels),
    routesBinding: if on('skipper') && config.groups.readonly != [] then
      kube.roleBinding('route-reader', 'kube-system', 'route-reader', subjects('readonly'), labels=labels),

    // IAM reads the issuer's keys without logging in.
    issuerDiscovery: if config.anonymous_issuer_discovery then kube.clusterRoleBinding(
      'anonymous-issuer-discovery',
      'system:service-account-issuer-discovery',
      [kube.group('system:unauthenticated')],
      labels,
    ),

    // Reading a secret is no admission matter, so these namespaces must not hold what PowerUsers may not see: the
    // platform's own AWS access is by projected tokens, which stand in no secret.
    systemNamespaces: if config.protect_system_namespaces then
      kube.object('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', 'system-namespaces', labels=labels) {
        spec: {
          failurePolicy: 'Fail',
          matchConstraints: {
            namespaceSelector: {
              matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: protected }],
            },
            resourceRules: [
              {
                apiGroups: ['*'],
                apiVersions: ['*'],
                resources: ['*/*'],
                operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
                scope: 'Namespaced',
              },
              // The namespaces themselves: a label says what pods in them may do.
              {
                apiGroups: [''],
                apiVersions: ['v1'],
                resources: ['namespaces'],
                operations: ['UPDATE', 'DELETE'],
                scope: 'Cluster',
              },
            ],
          },
          // People come with one of the groups of a role; everything else is a program or holds a certificate.
          matchConditions: [
            {
              name: 'people',
              expression: 'request.userInfo.groups.exists(group, group in ' + std.manifestJsonMinified(
                config.groups.readonly + config.groups.poweruser + config.groups.manual,
              ) + ')',
            },
            {
              // Reading through the proxy is a connection to admission; RBAC has said who may.
              name: 'no-routes',
              expression: "!(request.operation == 'CONNECT' && request.resource.resource == 'services' && " +
                          'request.name in ' + std.manifestJsonMinified(routeServices) + ')',
            },
          ],
          validations: [{
            expression: 'request.userInfo.groups.exists(group, group in ' + std.manifestJsonMinified(
              config.groups.administrator + config.groups.emergency,
            ) + ')',
            message: 'the namespaces of the platform are for Administrators, and for Emergency access',
            reason: 'Forbidden',
          }],
        },
      },
    systemNamespacesBinding: if config.protect_system_namespaces then
      kube.object('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', 'system-namespaces', labels=labels) {
        spec: { policyName: 'system-namespaces', validationActions: ['Deny'] },
      },
  }
