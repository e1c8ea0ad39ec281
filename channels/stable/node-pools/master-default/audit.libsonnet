// What the audit log has. The first rule that matches a request decides.
function(audit)
  local core(resources) = { group: '', resources: resources };
  local none(match) = { level: 'None' } + match;
  local reading = ['get', 'list', 'watch'];
  {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    omitManagedFields: true,
    rules: [
      // Heartbeats, elections and events: most of the traffic, and nobody's deed.
      none({ resources: [core(['events']), { group: 'events.k8s.io' }, { group: 'coordination.k8s.io', resources: ['leases'] }] }),
      none({ users: ['system:apiserver'], verbs: reading }),
      none({ userGroups: ['system:nodes'], verbs: reading + ['patch', 'update'], resources: [core(['nodes', 'nodes/status', 'pods/status'])] }),
      none({ nonResourceURLs: ['/healthz*', '/livez*', '/readyz*', '/metrics', '/openapi*', '/version', '/api*'], verbs: ['get'] }),
    ] + (
      if audit.controller_manager_node_changes then []
      else [none({
        users: ['system:kube-controller-manager', 'system:serviceaccount:kube-system:node-controller'],
        resources: [core(['nodes', 'nodes/status'])],
      })]
    ) + (
      if audit.pod_events then [] else [none({ resources: [core(['pods', 'pods/status', 'pods/binding'])] })]
    ) + [
      // Who asked for what, never what was in it.
      {
        level: 'Metadata',
        resources: [
          core(['secrets', 'serviceaccounts/token']),
          { group: 'authentication.k8s.io', resources: ['tokenreviews', 'tokenrequests'] },
        ],
      },
      // Doors into running programs.
      { level: 'Metadata', resources: [core(['pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy', 'services/proxy', 'nodes/proxy'])] },
      { level: if audit.read_access then 'Metadata' else 'None', verbs: reading },
      // Configuration may hold what should be a secret.
      { level: 'Metadata', resources: [core(['configmaps'])] },
      { level: 'Request' },
    ],
  }
