// Scrape jobs. Addresses are found by role of node and by annotation of pod, so that a program that moves its port moves
// its scrape along; the few fixed ones are read from where the program's unit has them.
local etcd = import '../../lib/etcd.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';

local token = '/var/run/secrets/kubernetes.io/serviceaccount/token';
local ca = '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt';
local identity = { authorization: { type: 'Bearer', credentials_file: token } };

local keep(labels, regex) = { source_labels: labels, action: 'keep', regex: regex };
local drop(labels, regex) = { source_labels: labels, action: 'drop', regex: regex };
local label(target, source) = { source_labels: [source], target_label: target };

local nodeLabels = [
  label('node_name', '__meta_kubernetes_node_name'),
  label('node_role', '__meta_kubernetes_node_label_node_kubernetes_io_role'),
];

local podLabels = [
  label('application', '__meta_kubernetes_pod_label_app_kubernetes_io_name'),
  label('component', '__meta_kubernetes_pod_label_app_kubernetes_io_component'),
  label('namespace', '__meta_kubernetes_namespace'),
  label('pod_name', '__meta_kubernetes_pod_name'),
  label('node_name', '__meta_kubernetes_pod_node_name'),
];

// A kubelet's page. Kubelets sign their own serving certificates, so who answers is not proved, and a machine that poses
// as a node could learn this token: it may read metrics and see nodes and pods, nothing else.
local kubelet(name, path, dropped) = identity {
  job_name: name,
  scheme: 'https',
  metrics_path: path,
  tls_config: { insecure_skip_verify: true },
  kubernetes_sd_configs: [{ role: 'node' }],
  relabel_configs: nodeLabels,
  metric_relabel_configs: if dropped == null then [] else [drop(['__name__'], dropped)],
};

function(cluster, shared, config)
  local on(unit) = std.get(cluster.enabled, unit, false);
  local pods = [{ role: 'pod', namespaces: { names: config.pod_namespaces } }];
  local ours = [{ role: 'pod', namespaces: { names: ['kube-system'] } }];
  [
    // The API servers themselves, behind no load balancer: each has its own numbers.
    identity {
      job_name: 'kubernetes-apiservers',
      scheme: 'https',
      tls_config: { ca_file: ca, server_name: 'kubernetes.default.svc.' + shared.cluster_domain },
      kubernetes_sd_configs: [{ role: 'node' }],
      relabel_configs: [
        keep(['__meta_kubernetes_node_label_node_kubernetes_io_role'], 'control-plane'),
        {
          source_labels: ['__meta_kubernetes_node_address_InternalIP'],
          target_label: '__address__',
          replacement: '$1:%d' % nodes.apiServerPort,
        },
      ] + nodeLabels,
      // Half of all series and of use to nobody here: latencies by resource and verb in fine buckets.
      metric_relabel_configs: [
        drop(['__name__'], 'apiserver_request_(body_size_bytes|sli_duration_seconds|slo_duration_seconds)_bucket'),
      ],
    },

    kubelet('kubelet', '/metrics', 'reflector_.*|storage_operation_duration_seconds_bucket'),
  ] + (
    if config.kubelet.cadvisor then [kubelet('kubelet-cadvisor', '/metrics/cadvisor', null) {
      metric_relabel_configs: [
        keep(['__name__'], 'container_(' + std.join('|', [
          'cpu_cfs_throttled_seconds_total',
          'cpu_usage_seconds_total',
          'fs_(limit|usage)_bytes',
          'fs_(reads|writes)_bytes_total',
          'memory_(cache|rss|working_set_bytes)',
          'network_(receive|transmit)_bytes_total',
          'processes',
          'threads(_max)?',
        ]) + ')'),
        label('container_name', 'container'),
        label('pod_name', 'pod'),
        { action: 'labeldrop', regex: 'container|id|pod' },
      ],
    }] else []
  ) + (
    if config.kubelet.resource then [kubelet('kubelet-resource', '/metrics/resource', null)] else []
  ) + (
    if config.kubelet.probes then [kubelet('kubelet-probes', '/metrics/probes', null)] else []
  ) + [
    {
      job_name: 'etcd',
      static_configs: [
        { targets: [member.host + ':%d' % etcd.metricsPort], labels: { member: member.name } }
        for member in etcd.members(cluster, shared.etcd_members)
      ],
    },

    // Every pod that says by annotation where its metrics are.
    {
      job_name: 'kubernetes-pods',
      kubernetes_sd_configs: pods,
      relabel_configs: [
        keep(['__meta_kubernetes_pod_annotation_prometheus_io_scrape'], 'true'),
        drop(['__meta_kubernetes_pod_phase'], 'Failed|Succeeded'),
        // A job of its own: its labels are those of other pods.
        drop(['__meta_kubernetes_namespace', '__meta_kubernetes_pod_label_app_kubernetes_io_name'], 'kube-system;kube-state-metrics'),
        {
          source_labels: ['__meta_kubernetes_pod_annotation_prometheus_io_scheme'],
          regex: '(https?)',
          target_label: '__scheme__',
        },
        {
          source_labels: ['__meta_kubernetes_pod_annotation_prometheus_io_path'],
          regex: '(.+)',
          target_label: '__metrics_path__',
        },
        {
          source_labels: ['__meta_kubernetes_pod_ip', '__meta_kubernetes_pod_annotation_prometheus_io_port'],
          regex: '(.+);([0-9]+)',
          replacement: '$1:$2',
          target_label: '__address__',
        },
      ] + podLabels,
    },
  ] + (
    if on('kube-state-metrics') then [{
      job_name: 'kube-state-metrics',
      honor_labels: true,
      kubernetes_sd_configs: ours,
      relabel_configs: [
        keep(['__meta_kubernetes_pod_label_app_kubernetes_io_name', '__meta_kubernetes_pod_container_port_name'], 'kube-state-metrics;http'),
      ],
      metric_relabel_configs: [
        label('pod_name', 'pod'),
        label('container_name', 'container'),
        label('node_name', 'node'),
        { action: 'labeldrop', regex: 'container|node|pod' },
      ],
    }] else []
  ) + (
    // CoreDNS itself is annotated; the cache before it has a second port.
    if on('coredns') then [{
      job_name: 'dns-cache',
      kubernetes_sd_configs: ours,
      relabel_configs: [
        keep(['__meta_kubernetes_pod_label_app_kubernetes_io_name', '__meta_kubernetes_pod_container_port_name'], 'coredns;cache-metrics'),
      ] + podLabels,
    }] else []
  )
