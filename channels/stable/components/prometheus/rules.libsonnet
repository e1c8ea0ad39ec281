// Recording rules, which the autoscalers and people's dashboards read, and alerts on the platform itself. Alerts are
// series as well (`ALERTS`): a remote store or the metrics adapter can act on them.
// The routers, canary or not; the service that hands out routes counts requests of its own.
local skipper(series) = series + '{application="skipper", component=~"ingress(-canary)?"}';
local rate(series) = 'rate(' + series + '[1m])';

local recording(name, expressions) = {
  name: name,
  rules: [{ record: record, expr: expressions[record] } for record in std.objectFields(expressions)],
};

local alert(name, expression, duration, summary) = {
  alert: name,
  expr: expression,
  'for': duration,
  labels: { severity: 'platform' },
  annotations: { summary: summary },
};

function(cluster)
  local on(unit) = std.get(cluster.enabled, unit, false);
  (
    if on('skipper') then [recording('skipper', {
      'job:skipper_code_by_host:sum': 'sum by (code) (%s)' % rate(skipper('skipper_serve_host_count')),
      'job:skipper_count_by_host_code:sum': 'sum by (host, code) (%s)' % rate(skipper('skipper_serve_host_count')),
      'job:skipper_serve_host_duration:sum': 'sum by (le) (%s)' % rate(skipper('skipper_serve_host_duration_seconds_bucket')),
      'job:skipper_serve_host_duration_host_bucket:sum':
        'sum by (le, host) (%s)' % rate(skipper('skipper_serve_host_duration_seconds_bucket')),
      'job:skipper_req_filter_by_filter:sum':
        'sum by (le, filter) (%s)' % rate(skipper('skipper_filter_request_duration_seconds_bucket')),
      'job:skipper_resp_filter_by_filter:sum':
        'sum by (le, filter) (%s)' % rate(skipper('skipper_filter_response_duration_seconds_bucket')),
      'job:skipper_custom_totals_by_key:sum': 'sum by (key) (%s)' % rate(skipper('skipper_custom_total')),
    })] else []
  ) + [{
    name: 'platform',
    rules: [
      alert('TargetDown', 'up == 0', '10m', 'A program of the platform does not answer its scrape.'),
      alert('EtcdHasNoLeader', 'etcd_server_has_leader == 0', '1m', 'A member of etcd sees no leader.'),
      alert(
        'EtcdDatabaseNearQuota',
        'etcd_mvcc_db_total_size_in_bytes / etcd_server_quota_backend_bytes > 0.8',
        '10m',
        'At its quota, etcd refuses writes: compact and defragment it.',
      ),
    ] + (
      if on('etcd-backup') && on('kube-state-metrics') then [alert(
        'EtcdBackupIsLate',
        'time() - max(kube_cronjob_status_last_successful_time{namespace="kube-system", cronjob=~"etcd-backup-.*"}) > 1800',
        '5m',
        'No member has put a snapshot of etcd into the bucket for half an hour.',
      )] else []
    ),
  }]
