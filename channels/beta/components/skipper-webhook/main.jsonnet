local kube = import '../../lib/kube.libsonnet';
local weir = import 'weir.libsonnet';

function(config, images)
  local name = 'skipper-webhook';
  local namespace = 'kube-system';
  local selector = kube.selector(name);

  local validation(resource, group, path) = {
    name: path + '.skipper-webhook.zalando.org',
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    timeoutSeconds: 5,
    failurePolicy: if config.when_unavailable == 'refuse' then 'Fail' else 'Ignore',
    clientConfig: {
      service: { name: name, namespace: namespace, path: '/' + path, port: 443 },
      [if config.ca_bundle != null then 'caBundle']: weir.base64(config.ca_bundle),
    },
    rules: [{
      apiGroups: [group],
      apiVersions: ['v1'],
      operations: ['CREATE', 'UPDATE'],
      resources: [resource],
      scope: 'Namespaced',
    }],
  };
  local webhooks =
    (if config.routegroups then [validation('routegroups', 'zalando.org', 'routegroups')] else [])
    + (if config.ingresses then [validation('ingresses', 'networking.k8s.io', 'ingresses')] else []);

  assert !config.enabled || config.ca_bundle != null : 'skipper-webhook needs ca_bundle';
  {
    // It reads what the API server sends it, and nothing else.
    account: kube.serviceAccount(name, namespace, selector) { automountServiceAccountToken: false },

    service: kube.service(name, namespace, selector, [{ name: 'https', port: 443, targetPort: 'webhook' }]),

    webhook: if webhooks != [] then
      kube.object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', name, labels=selector) {
        webhooks: webhooks,
      },

    deployment: kube.deployment(name, namespace, selector, {
      serviceAccountName: name,
      automountServiceAccountToken: false,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(1000),
      topologySpreadConstraints: kube.spread(selector),
      containers: [{
        name: name,
        image: images.skipper,
        command: ['webhook'],
        args: [
          '-address=:9443',
          '-tls-cert-file=/etc/webhook/certs/tls.crt',
          '-tls-key-file=/etc/webhook/certs/tls.key',
        ],
        ports: [{ name: 'webhook', containerPort: 9443 }],
        livenessProbe: kube.httpProbe('/healthz', 'webhook', initialDelay=10, timeout=5, scheme='HTTPS'),
        readinessProbe: kube.httpProbe('/healthz', 'webhook', timeout=5, scheme='HTTPS'),
        resources: kube.resources(config.cpu, config.memory),
        securityContext: kube.restricted,
        volumeMounts: [{ name: 'certificate', mountPath: '/etc/webhook/certs', readOnly: true }],
      }],
      volumes: [{ name: 'certificate', secret: { secretName: name } }],
    }, replicas=config.replicas),

    disruptionBudget: kube.podDisruptionBudget(name, namespace, selector),
  }
