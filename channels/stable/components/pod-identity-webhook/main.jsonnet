local kube = import '../../lib/kube.libsonnet';
local weir = import 'weir.libsonnet';

function(cluster, config, images)
  local name = 'pod-identity-webhook';
  local namespace = 'kube-system';
  local selector = kube.selector(name);

  assert !config.enabled || config.ca_bundle != null : 'pod-identity-webhook needs ca_bundle';
  {
    account: kube.serviceAccount(name, namespace, selector),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['get', 'list', 'watch'] },
    ], selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    service: kube.service(name, namespace, selector, [{ name: 'https', port: 443, targetPort: 'webhook' }]),

    webhook: kube.object('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', name, labels=selector) {
      webhooks: [{
        name: 'pod-identity-webhook.amazonaws.com',
        admissionReviewVersions: ['v1', 'v1beta1'],
        sideEffects: 'None',
        timeoutSeconds: 5,
        // A pod without AWS access is better than no pod. The platform's namespace does without, so nothing that the
        // webhook itself needs waits for it.
        failurePolicy: 'Ignore',
        reinvocationPolicy: 'IfNeeded',
        clientConfig: {
          service: { name: name, namespace: namespace, path: '/mutate', port: 443 },
          [if config.ca_bundle != null then 'caBundle']: weir.base64(config.ca_bundle),
        },
        rules: [{
          apiGroups: [''],
          apiVersions: ['v1'],
          operations: ['CREATE'],
          resources: ['pods'],
          scope: 'Namespaced',
        }],
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [namespace] }],
        },
        objectSelector: {
          matchExpressions: [{ key: 'eks.amazonaws.com/skip-pod-identity-webhook', operator: 'DoesNotExist' }],
        },
      }],
    },

    deployment: kube.deployment(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(),
      topologySpreadConstraints: kube.spread(selector),
      containers: [{
        name: name,
        image: images[name],
        command: ['/webhook'],
        args: [
          '--in-cluster=false',
          '--port=8443',
          '--metrics-port=9999',
          '--tls-cert=/etc/webhook/certs/tls.crt',
          '--tls-key=/etc/webhook/certs/tls.key',
          '--annotation-prefix=eks.amazonaws.com',
          '--token-audience=sts.amazonaws.com',
          '--token-expiration=' + weir.duration.seconds(config.token_expiration),
          '--aws-default-region=' + cluster.region,
          '--sts-regional-endpoint=true',
          '--logtostderr',
        ],
        ports: [
          { name: 'webhook', containerPort: 8443 },
          { name: 'metrics', containerPort: 9999 },
        ],
        livenessProbe: kube.httpProbe('/healthz', 'metrics', initialDelay=10, timeout=5),
        readinessProbe: kube.httpProbe('/healthz', 'metrics', timeout=5),
        resources: kube.resources(config.cpu, config.memory),
        securityContext: kube.restricted,
        volumeMounts: [{ name: 'certificate', mountPath: '/etc/webhook/certs', readOnly: true }],
      }],
      volumes: [{ name: 'certificate', secret: { secretName: name } }],
    }, replicas=config.replicas, podAnnotations=kube.scrape(9999)),

    disruptionBudget: kube.podDisruptionBudget(name, namespace, selector),
  }
