// Configuration files of the control plane, under one folder of the node.
local kubelet = import '../../lib/kubelet.libsonnet';
local pki = import '../../lib/pki.libsonnet';
local userdata = import '../../lib/userdata.libsonnet';
local audit = import 'audit.libsonnet';
local webhook = import 'webhook.libsonnet';

local directory = '/etc/kubernetes/control-plane';
local minor(cluster) = std.parseInt(std.split(cluster.kubernetes, '.')[1]);

{
  authentication:: directory + '/authentication.yaml',
  admission:: directory + '/admission.yaml',
  auditPolicy:: directory + '/audit-policy.yaml',
  auditWebhook:: directory + '/audit-webhook.yaml',
  encryption:: directory + '/encryption.yaml',
  controllerManager:: directory + '/controller-manager.yaml',
  scheduler:: directory + '/scheduler.yaml',
  schedulerConfiguration:: directory + '/scheduler-configuration.yaml',
  tokenWebhook:: directory + '/authentication-webhook.yaml',
  accessWebhook:: directory + '/authorization-webhook.yaml',
  encryptionSocket:: '/run/kmsplugin/socket.sock',

  // Every file as an entry of cloud-init's write_files. `server`: the API server's address on this node.
  all(cluster, config, server)::
    local kubeconfig(name) = kubelet.kubeconfig(
      server, 'system:' + name, pki.path(std.strReplace(name, 'kube-', '') + '.crt'), pki.path(std.strReplace(name, 'kube-', '') + '.key')
    );
    [
      userdata.yaml($.authentication, $.authenticationConfiguration(cluster, config)),
      userdata.yaml($.admission, $.admissionConfiguration(config)),
      userdata.yaml($.auditPolicy, audit(config.audit)),
      userdata.yaml($.controllerManager, kubeconfig('kube-controller-manager')),
      userdata.yaml($.scheduler, kubeconfig('kube-scheduler')),
      userdata.yaml($.schedulerConfiguration, $.schedulerConfig(config)),
    ] +
    (if config.encryption.mode == 'none' then []
     else [userdata.yaml($.encryption, $.encryptionConfiguration(config.encryption.mode))]) +
    (if config.audit.webhook_url == null then []
     else [userdata.yaml($.auditWebhook, webhook.kubeconfig(config.audit.webhook_url))]) +
    (if config.authnz_webhook.image == null then [] else [
       userdata.yaml($.tokenWebhook, webhook.kubeconfig(webhook.address + '/authentication')),
       userdata.yaml($.accessWebhook, webhook.kubeconfig(webhook.address + '/authorization')),
     ]),

  // Who is let in without a name: those who ask for health, and those who need the keys of tokens, AWS among them.
  authenticationConfiguration(cluster, config):: {
    apiVersion: 'apiserver.config.k8s.io/' + (if minor(cluster) >= 34 then 'v1' else 'v1beta1'),
    kind: 'AuthenticationConfiguration',
    anonymous: {
      enabled: true,
      conditions: [
        { path: path }
        for path in ['/healthz', '/livez', '/readyz', '/.well-known/openid-configuration', '/openid/v1/jwks']
      ],
    },
    [if config.oidc.issuer_url != null then 'jwt']: [{
      issuer: {
        url: config.oidc.issuer_url,
        audiences: [if config.oidc.client_id != null then config.oidc.client_id else 'kubernetes.cluster.' + cluster.name],
      },
      claimMappings: {
        username: { claim: 'email', prefix: config.oidc.prefix },
        groups: { claim: 'groups', prefix: config.oidc.prefix },
      },
    }],
  },

  admissionConfiguration(config):: {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AdmissionConfiguration',
    plugins: [
      {
        name: 'PodSecurity',
        configuration: {
          apiVersion: 'pod-security.admission.config.k8s.io/v1',
          kind: 'PodSecurityConfiguration',
          defaults: {
            enforce: config.api_server.pod_security,
            'enforce-version': 'latest',
            audit: 'baseline',
            'audit-version': 'latest',
            warn: 'restricted',
            'warn-version': 'latest',
          },
          // The platform's own: network, storage, metrics and logs of nodes.
          exemptions: { namespaces: ['kube-system', 'visibility'] },
        },
      },
    ] + (if !config.api_server.event_rate_limit.enabled then [] else [{
           name: 'EventRateLimit',
           configuration: {
             apiVersion: 'eventratelimit.admission.k8s.io/v1alpha1',
             kind: 'Configuration',
             limits: [{
               type: 'Server',
               qps: config.api_server.event_rate_limit.qps,
               burst: config.api_server.event_rate_limit.burst,
             }],
           },
         }]),
  },

  // The first provider writes, all read.
  encryptionConfiguration(mode)::
    local kms = { kms: { apiVersion: 'v2', name: 'aws', endpoint: 'unix://' + $.encryptionSocket, timeout: '3s' } };
    local plain = { identity: {} };
    {
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'EncryptionConfiguration',
      resources: [{
        resources: ['secrets'],
        providers: if mode == 'encrypt' then [kms, plain] else [plain, kms],
      }],
    },

  schedulerConfig(config):: {
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    clientConnection: { kubeconfig: $.scheduler },
    leaderElection: { leaderElect: true },
    enableProfiling: config.profiling,
    profiles: [{ schedulerName: 'default-scheduler' }] + (
      if !config.scheduler.binpacking_profile then [] else [{
        schedulerName: 'binpacking',
        pluginConfig: [{
          name: 'NodeResourcesFit',
          args: {
            scoringStrategy: {
              type: 'MostAllocated',
              resources: [{ name: 'cpu', weight: 1 }, { name: 'memory', weight: 1 }],
            },
          },
        }],
      }]
    ),
  },
}
