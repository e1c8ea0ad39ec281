// The static pods of a control-plane node.
local etcd = import '../../lib/etcd.libsonnet';
local iam = import '../../lib/iam.libsonnet';
local kubelet = import '../../lib/kubelet.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';
local pki = import '../../lib/pki.libsonnet';
local userdata = import '../../lib/userdata.libsonnet';
local files = import 'files.libsonnet';
local webhook = import 'webhook.libsonnet';
local weir = import 'weir.libsonnet';

// The user of the three programs on the node. None of them needs more than to read its files.
local uid = 2380;
local auditDirectory = '/var/log/kube-apiserver';
local encryptionPort = 8086;

local restricted = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

// Flags from a map; null drops one, a list is joined by commas, a fraction is written as people write it.
local flagValue(value) =
  if std.isArray(value) then std.join(',', value)
  else if std.isNumber(value) && value != std.floor(value) then '%g' % value
  else std.toString(value);
local flags(map) = [
  '--' + name + '=' + flagValue(map[name])
  for name in std.objectFields(map)
  if map[name] != null
];
local gates(config) =
  if config.feature_gates == {} then null
  else [name + '=' + config.feature_gates[name] for name in std.objectFields(config.feature_gates)];

// Single files of the node, each mounted where it lies: a program sees the keys that it uses and no others.
local volumeName(path) = std.strReplace(std.strReplace(std.strReplace(path, '/etc/kubernetes/', ''), '/', '-'), '.', '-');
local fileVolumes(paths) = [{ name: volumeName(path), hostPath: { path: path, type: 'File' } } for path in paths];
local fileMounts(paths) = [{ name: volumeName(path), mountPath: path, readOnly: true } for path in paths];

local pod(name, grace, containers, volumes) = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: name,
    namespace: 'kube-system',
    labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'control-plane' },
  },
  spec: {
    hostNetwork: true,
    priorityClassName: 'system-node-critical',
    terminationGracePeriodSeconds: grace,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: uid,
      runAsGroup: uid,
      fsGroup: uid,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: containers,
    volumes: volumes,
  },
};

local probe(path, port, scheme='HTTPS') = { httpGet: { path: path, port: port, host: '127.0.0.1', scheme: scheme } };
local probes(port, live='/livez', ready='/readyz') = {
  startupProbe: probe(live, port) { periodSeconds: 10, failureThreshold: 30, timeoutSeconds: 15 },
  livenessProbe: probe(live, port) { periodSeconds: 10, failureThreshold: 8, timeoutSeconds: 15 },
  readinessProbe: probe(ready, port) { periodSeconds: 5, failureThreshold: 3, timeoutSeconds: 15 },
};

local requests(settings, limit=null) = {
  requests: { cpu: settings.cpu, memory: settings.memory },
  [if limit != null then 'limits']: { memory: limit },
};

local apiServer(cluster, shared, config, images) =
  local drain = weir.duration.seconds(shared.api_server_drain);
  local api = config.api_server;
  local encrypted = config.encryption.mode != 'none';
  local webhooked = config.authnz_webhook.image != null;
  local auditWebhook = config.audit.webhook_url != null;
  local client = etcd.clientFiles;
  local keys = [
    'ca.crt',
    'apiserver.crt',
    'apiserver.key',
    'apiserver-kubelet-client.crt',
    'apiserver-kubelet-client.key',
    'front-proxy-ca.crt',
    'front-proxy-client.crt',
    'front-proxy-client.key',
    'service-account.key',
    'service-account.pub',
  ];
  local configuration =
    [client.ca, client.certificate, client.key, files.authentication, files.admission, files.auditPolicy] +
    (if encrypted then [files.encryption] else []) +
    (if auditWebhook then [files.auditWebhook] else []) +
    (if webhooked then [files.tokenWebhook, files.accessWebhook] else []);
  local paths = std.map(pki.path, keys) + configuration;
  // What stands beside the API server must outlast it.
  local stop = { preStop: { sleep: { seconds: drain } } };
  local socket = { name: 'encryption-socket', mountPath: std.join('/', std.split(files.encryptionSocket, '/')[:3]) };
  local server = {
    name: 'kube-apiserver',
    image: images['kube-apiserver'],
    command: ['kube-apiserver'] + flags({
      'admission-control-config-file': files.admission,
      'allow-privileged': true,
      'audit-log-format': 'json',
      'audit-log-maxage': config.audit.max_age,
      'audit-log-maxbackup': config.audit.max_backups,
      'audit-log-maxsize': config.audit.max_size,
      'audit-log-path': auditDirectory + '/audit.log',
      'audit-policy-file': files.auditPolicy,
      'audit-webhook-config-file': if auditWebhook then files.auditWebhook,
      'audit-webhook-batch-max-size': if auditWebhook then config.audit.webhook_batch_max_size,
      'authentication-config': files.authentication,
      'authentication-token-webhook-cache-ttl': if webhooked then '10s',
      'authentication-token-webhook-config-file': if webhooked then files.tokenWebhook,
      'authentication-token-webhook-version': if webhooked then 'v1',
      'authorization-mode': ['Node'] + (if webhooked then ['Webhook'] else []) + ['RBAC'],
      'authorization-webhook-config-file': if webhooked then files.accessWebhook,
      'authorization-webhook-version': if webhooked then 'v1',
      'client-ca-file': pki.path('ca.crt'),
      'enable-admission-plugins': [
        'DenyServiceExternalIPs',
        // Pods that ask for a GPU tolerate the taint of its nodes.
        'ExtendedResourceToleration',
        'NodeRestriction',
      ] + (if api.event_rate_limit.enabled then ['EventRateLimit'] else []),
      'encryption-provider-config': if encrypted then files.encryption,
      'etcd-cafile': client.ca,
      'etcd-certfile': client.certificate,
      'etcd-keyfile': client.key,
      'etcd-servers': etcd.endpoints(cluster, shared.etcd_members),
      'feature-gates': gates(config),
      'goaway-chance': api.goaway_chance,
      'kubelet-client-certificate': pki.path('apiserver-kubelet-client.crt'),
      'kubelet-client-key': pki.path('apiserver-kubelet-client.key'),
      'kubelet-preferred-address-types': 'InternalIP',
      'max-mutating-requests-inflight': api.max_mutating_requests_inflight,
      'max-requests-inflight': api.max_requests_inflight,
      profiling: config.profiling,
      'proxy-client-cert-file': pki.path('front-proxy-client.crt'),
      'proxy-client-key-file': pki.path('front-proxy-client.key'),
      'requestheader-allowed-names': 'front-proxy-client',
      'requestheader-client-ca-file': pki.path('front-proxy-ca.crt'),
      'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
      'requestheader-group-headers': 'X-Remote-Group',
      'requestheader-username-headers': 'X-Remote-User',
      'secure-port': nodes.apiServerPort,
      'service-account-extend-token-expiration': api.extend_token_expiration,
      'service-account-issuer': cluster.api_server_url,
      'service-account-jwks-uri': cluster.api_server_url + '/openid/v1/jwks',
      'service-account-key-file': pki.path('service-account.pub'),
      'service-account-signing-key-file': pki.path('service-account.key'),
      'service-cluster-ip-range': shared.service_cidr,
      // Serves on while the load balancers notice that it is not ready any more.
      'shutdown-delay-duration': shared.api_server_drain,
      'shutdown-send-retry-after': true,
      'tls-cert-file': pki.path('apiserver.crt'),
      'tls-min-version': 'VersionTLS12',
      'tls-private-key-file': pki.path('apiserver.key'),
    }),
    ports: [{ name: 'https', containerPort: nodes.apiServerPort, hostPort: nodes.apiServerPort }],
    resources: requests(api, api.memory_limit),
    securityContext: restricted,
    volumeMounts:
      fileMounts(paths) +
      [{ name: 'audit', mountPath: auditDirectory }] +
      (if encrypted then [socket] else []),
  } + probes(nodes.apiServerPort);
  local provider = {
    name: 'encryption-provider',
    image: if config.encryption.image != null then config.encryption.image else images['encryption-provider'],
    command: ['/aws-encryption-provider'] + flags({
      key: 'arn:aws:kms:' + cluster.region + ':' + cluster.account_id + ':' + pki.secretsKeyAlias(cluster),
      region: cluster.region,
      listen: files.encryptionSocket,
      'health-port': ':' + encryptionPort,
    }),
    ports: [{ name: 'encryption', containerPort: encryptionPort, hostPort: encryptionPort }],
    livenessProbe: probe('/healthz', encryptionPort, 'HTTP') { periodSeconds: 30, timeoutSeconds: 5 },
    lifecycle: stop,
    resources: { requests: { cpu: '25m', memory: '50Mi' }, limits: { memory: '50Mi' } },
    securityContext: restricted,
    volumeMounts: [socket],
  };
  local containers =
    [server] +
    (if encrypted then [provider] else []) +
    (if webhooked then [webhook.container(cluster, config.authnz_webhook, restricted, stop)] else []);
  local volumes =
    fileVolumes(paths) +
    [{ name: 'audit', hostPath: { path: auditDirectory, type: 'Directory' } }] +
    (if encrypted then [{ name: socket.name, emptyDir: {} }] else []);
  pod('kube-apiserver', drain + 20, containers, volumes);

local controllerManager(cluster, shared, config, images) =
  local paths = [pki.path(file) for file in [
    'ca.crt',
    'ca.key',
    'controller-manager.crt',
    'controller-manager.key',
    'service-account.key',
  ]] + [files.controllerManager];
  local manager = config.controller_manager;
  pod('kube-controller-manager', 30, [{
    name: 'kube-controller-manager',
    image: images['kube-controller-manager'],
    command: ['kube-controller-manager'] + flags({
      'allocate-node-cidrs': true,
      'authentication-kubeconfig': files.controllerManager,
      'authorization-kubeconfig': files.controllerManager,
      'bind-address': '127.0.0.1',
      'cloud-provider': if std.get(cluster.enabled, 'aws-cloud-controller-manager', false) then 'external',
      'cluster-cidr': shared.pod_cidr,
      'cluster-signing-cert-file': pki.path('ca.crt'),
      'cluster-signing-duration': manager.signing_duration,
      'cluster-signing-key-file': pki.path('ca.key'),
      'configure-cloud-routes': false,
      'feature-gates': gates(config),
      'horizontal-pod-autoscaler-downscale-stabilization': manager.autoscaler_downscale_stabilization,
      'horizontal-pod-autoscaler-sync-period': manager.autoscaler_sync_period,
      'horizontal-pod-autoscaler-tolerance': manager.autoscaler_tolerance,
      kubeconfig: files.controllerManager,
      'leader-elect': true,
      'node-cidr-mask-size': shared.node_cidr_mask_size,
      profiling: config.profiling,
      'root-ca-file': pki.path('ca.crt'),
      'service-account-private-key-file': pki.path('service-account.key'),
      'service-cluster-ip-range': shared.service_cidr,
      'use-service-account-credentials': true,
    }),
    ports: [{ name: 'https', containerPort: 10257, hostPort: 10257 }],
    resources: requests(manager),
    securityContext: restricted,
    volumeMounts: fileMounts(paths),
  } + probes(10257, '/healthz', '/healthz')], fileVolumes(paths));

local scheduler(config, images) =
  local paths = [pki.path(file) for file in ['ca.crt', 'scheduler.crt', 'scheduler.key']] +
                [files.scheduler, files.schedulerConfiguration];
  pod('kube-scheduler', 30, [{
    name: 'kube-scheduler',
    image: images['kube-scheduler'],
    command: ['kube-scheduler'] + flags({
      'authentication-kubeconfig': files.scheduler,
      'authorization-kubeconfig': files.scheduler,
      'bind-address': '127.0.0.1',
      config: files.schedulerConfiguration,
      'feature-gates': gates(config),
    }),
    ports: [{ name: 'https', containerPort: 10259, hostPort: 10259 }],
    resources: requests(config.scheduler),
    securityContext: restricted,
    volumeMounts: fileMounts(paths),
  } + probes(10259)], fileVolumes(paths));

{
  uid:: uid,
  auditDirectory:: auditDirectory,

  // The manifests as entries of cloud-init's write_files.
  all(cluster, shared, config, images):: [
    userdata.yaml(kubelet.manifests + '/' + manifest.metadata.name + '.yaml', manifest)
    for manifest in [
      apiServer(cluster, shared, config, images),
      controllerManager(cluster, shared, config, images),
      scheduler(config, images),
    ]
  ],
}
