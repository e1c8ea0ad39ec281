function() { namespace: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'off' } } }
