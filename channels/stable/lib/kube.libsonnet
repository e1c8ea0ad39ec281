// Constructors for Kubernetes objects. They build, they decide nothing: what a component wants is said in the component.
{
  // Labels that select one workload of a component. Selectors cannot change: nothing that people tune goes in here.
  selector(name, component=null):: {
    'app.kubernetes.io/name': name,
    [if component != null then 'app.kubernetes.io/component']: component,
  },

  // An object's head. `namespace` null makes a cluster-scoped object.
  object(apiVersion, kind, name, namespace=null, labels={}, annotations={}):: {
    apiVersion: apiVersion,
    kind: kind,
    metadata: {
      name: name,
      [if namespace != null then 'namespace']: namespace,
      [if labels != {} then 'labels']: labels,
      [if annotations != {} then 'annotations']: annotations,
    },
  },

  serviceAccount(name, namespace, labels={}, annotations={})::
    $.object('v1', 'ServiceAccount', name, namespace, labels, annotations),

  configMap(name, namespace, data, labels={})::
    $.object('v1', 'ConfigMap', name, namespace, labels) { data: data },

  clusterRole(name, rules, labels={})::
    $.object('rbac.authorization.k8s.io/v1', 'ClusterRole', name, labels=labels) { rules: rules },

  role(name, namespace, rules, labels={})::
    $.object('rbac.authorization.k8s.io/v1', 'Role', name, namespace, labels) { rules: rules },

  // A subject: a service account by name and namespace.
  account(name, namespace):: { kind: 'ServiceAccount', name: name, namespace: namespace },
  user(name):: { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: name },
  group(name):: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: name },

  clusterRoleBinding(name, role, subjects, labels={})::
    $.object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', name, labels=labels) {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: subjects,
    },

  // `role` names a Role of the same namespace, or with `clusterRole=true` a ClusterRole.
  roleBinding(name, namespace, role, subjects, clusterRole=false, labels={})::
    $.object('rbac.authorization.k8s.io/v1', 'RoleBinding', name, namespace, labels) {
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: if clusterRole then 'ClusterRole' else 'Role',
        name: role,
      },
      subjects: subjects,
    },

  // `ports`: a list of service ports.
  service(name, namespace, selector, ports, labels=selector)::
    $.object('v1', 'Service', name, namespace, labels) { spec: { selector: selector, ports: ports } },

  // `selector` selects the pods; `pod` is the pod spec; `podLabels` and `podAnnotations` join the template.
  deployment(name, namespace, selector, pod, replicas=1, podLabels={}, podAnnotations={}, strategy=null)::
    $.object('apps/v1', 'Deployment', name, namespace, selector) {
      spec: {
        [if replicas != null then 'replicas']: replicas,
        [if strategy != null then 'strategy']: strategy,
        selector: { matchLabels: selector },
        template: $.podTemplate(selector + podLabels, pod, podAnnotations),
      },
    },

  daemonSet(name, namespace, selector, pod, podLabels={}, podAnnotations={}, updateStrategy=null)::
    $.object('apps/v1', 'DaemonSet', name, namespace, selector) {
      spec: {
        [if updateStrategy != null then 'updateStrategy']: updateStrategy,
        selector: { matchLabels: selector },
        template: $.podTemplate(selector + podLabels, pod, podAnnotations),
      },
    },

  // `serviceName` names the headless service of the pods; `claims` are volume claim templates, which cannot change.
  statefulSet(name, namespace, selector, pod, serviceName, replicas=1, claims=[], podAnnotations={})::
    $.object('apps/v1', 'StatefulSet', name, namespace, selector) {
      spec: {
        [if replicas != null then 'replicas']: replicas,
        serviceName: serviceName,
        podManagementPolicy: 'Parallel',
        selector: { matchLabels: selector },
        template: $.podTemplate(selector, pod, podAnnotations),
        [if claims != [] then 'volumeClaimTemplates']: claims,
      },
    },

  // `deadline` is in seconds, for the start and for each run. One run at a time.
  cronJob(name, namespace, selector, schedule, pod, deadline, podAnnotations={})::
    $.object('batch/v1', 'CronJob', name, namespace, selector) {
      spec: {
        schedule: schedule,
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: deadline,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          spec: {
            activeDeadlineSeconds: deadline,
            backoffLimit: 0,
            template: $.podTemplate(selector, { restartPolicy: 'Never' } + pod, podAnnotations),
          },
        },
      },
    },

  // What the scrape job for pods reads. `port` is a number.
  scrape(port, path='/metrics'):: {
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': std.toString(port),
    'prometheus.io/path': path,
  },

  podTemplate(labels, pod, annotations={}):: {
    metadata: {
      labels: labels,
      [if annotations != {} then 'annotations']: annotations,
    },
    spec: pod,
  },

  // Requests and limits. Memory is limited to what is requested, so that a node cannot be overcommitted by the platform;
  // CPU has no limit, so that nothing is throttled.
  resources(cpu, memory):: {
    requests: { cpu: cpu, memory: memory },
    limits: { memory: memory },
  },

  // What a container may do unless its component says why it needs more.
  restricted:: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },

  // What a pod runs as unless its component says why it needs more. 65534 is nobody.
  nonRoot(uid=65534):: {
    runAsNonRoot: true,
    runAsUser: uid,
    runAsGroup: uid,
    fsGroup: uid,
    seccompProfile: { type: 'RuntimeDefault' },
  },

  httpProbe(path, port, initialDelay=null, period=null, timeout=null, failures=null, scheme=null, host=null):: {
    httpGet: {
      path: path,
      port: port,
      [if scheme != null then 'scheme']: scheme,
      [if host != null then 'host']: host,
    },
    [if initialDelay != null then 'initialDelaySeconds']: initialDelay,
    [if period != null then 'periodSeconds']: period,
    [if timeout != null then 'timeoutSeconds']: timeout,
    [if failures != null then 'failureThreshold']: failures,
  },

  // Environment entries from a map: plain strings, or `{valueFrom}` objects. Sorted by name.
  env(map):: [
    if std.isString(map[name]) then { name: name, value: map[name] } else { name: name } + map[name]
    for name in std.objectFields(map)
  ],
  fieldRef(path):: { valueFrom: { fieldRef: { fieldPath: path } } },
  // A key of a Secret that stands outside git.
  secretRef(name, key, optional=false):: {
    valueFrom: { secretKeyRef: { name: name, key: key, [if optional then 'optional']: true } },
  },

  // Tolerations and node affinity for programs of the control-plane nodes.
  controlPlaneToleration:: { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
  controlPlaneSelector:: { 'node.kubernetes.io/role': 'control-plane' },
  // For programs that every node must run whatever its taints.
  tolerateAll:: [{ operator: 'Exists' }],

  // Spreads the pods of `selector` over zones, then nodes, as far as it goes.
  spread(selector):: [
    {
      maxSkew: 1,
      topologyKey: key,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selector },
    }
    for key in ['topology.kubernetes.io/zone', 'kubernetes.io/hostname']
  ],

  podDisruptionBudget(name, namespace, selector, maxUnavailable=1)::
    $.object('policy/v1', 'PodDisruptionBudget', name, namespace, selector) {
      spec: { maxUnavailable: maxUnavailable, selector: { matchLabels: selector } },
    },

  // `containers`: container name to {minAllowed, maxAllowed}.
  verticalPodAutoscaler(name, namespace, targetKind, containers, labels={})::
    $.object('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', name, namespace, labels) {
      spec: {
        targetRef: { apiVersion: 'apps/v1', kind: targetKind, name: name },
        // What `Auto` meant before it was deprecated.
        updatePolicy: { updateMode: 'Recreate' },
        resourcePolicy: {
          containerPolicies: [
            { containerName: container } + containers[container]
            for container in std.objectFields(containers)
          ],
        },
      },
    },

  // Bounds of a vertical autoscaler for one container, from `{min, max}` of a component's config.
  memoryBounds(bounds):: { minAllowed: { memory: bounds.min }, maxAllowed: { memory: bounds.max } },

  horizontalPodAutoscaler(name, namespace, targetKind, minReplicas, maxReplicas, metrics, behavior=null, labels={})::
    $.object('autoscaling/v2', 'HorizontalPodAutoscaler', name, namespace, labels) {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: targetKind, name: name },
        minReplicas: minReplicas,
        maxReplicas: maxReplicas,
        metrics: metrics,
        [if behavior != null then 'behavior']: behavior,
      },
    },
  // A metric of a horizontal autoscaler: percent of the pods' requests of `cpu` or `memory`.
  utilization(resource, percent):: {
    type: 'Resource',
    resource: { name: resource, target: { type: 'Utilization', averageUtilization: percent } },
  },

  // What a pod of the control-plane nodes says about where it runs.
  onControlPlane:: {
    nodeSelector: $.controlPlaneSelector,
    tolerations: [$.controlPlaneToleration],
  },

  // `ingress`: a list of rules; nothing else gets in.
  networkPolicy(name, namespace, selector, ingress, labels=selector)::
    $.object('networking.k8s.io/v1', 'NetworkPolicy', name, namespace, labels) {
      spec: { podSelector: { matchLabels: selector }, policyTypes: ['Ingress'], ingress: ingress },
    },

  // A directory or file of the node. `type` is one of Kubernetes' host path types.
  hostPath(name, path, type=null):: {
    name: name,
    hostPath: { path: path, [if type != null then 'type']: type },
  },
  emptyDir(name, sizeLimit):: { name: name, emptyDir: { sizeLimit: sizeLimit } },
  configVolume(name, configMap):: { name: name, configMap: { name: configMap } },

  // Lock and lease of a program that elects a leader in its own namespace. `create` cannot be limited to a name.
  leaseRules(name):: [
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: [name],
      verbs: ['get', 'update', 'patch'],
    },
  ],
}
