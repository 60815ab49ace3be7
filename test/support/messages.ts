// The two messages of the product's first story, as the engine hands them in.
import { type Message, message } from '../../src/domain/message.ts';

export const incidentHeader: Message = message('🔴 INCIDENT #43 — api-prod-01 error rate critical', {
  tone: 'critical',
  blocks: [
    {
      type: 'fields',
      fields: [
        { label: '📊 Error rate', value: '12.3% (threshold: 5%)' },
        { label: '🕐 Started', value: '03:14 UTC' },
        { label: '🔄 Last deploy', value: '#492 at 03:01 UTC (@mike — "fix: cache TTL update")' },
        {
          label: '🤔 Probable cause',
          value:
            'Cache TTL change causing cache stampede.\nAll requests hitting DB directly after cache invalidation.',
        },
      ],
    },
    {
      type: 'section',
      heading: '📋 Immediate actions:',
      lines: [
        '/rollback #492 — revert the cache change',
        '/scale api 4 — add capacity while investigating',
        '/logs api-prod-01 — check error details',
        '/metrics db-prod-01 — check DB connection pool',
      ],
    },
    { type: 'fields', fields: [{ label: '👤 On-call', value: '@sarah (paged via PagerDuty)' }] },
    {
      type: 'section',
      heading: '─── Timeline ───',
      lines: [
        '03:14 Alert fired: error rate > 5%',
        '03:15 Escalated to CRITICAL (rate > 10%)',
        '03:16 @sarah acknowledged',
        '03:18 @sarah: /logs api-prod-01 --since 03:01',
        '03:19 Logs show "connection pool exhausted" errors',
        '03:20 @sarah: /rollback #492',
        '03:20 Rolling back deploy #492...',
        '03:22 Rollback complete. Monitoring...',
        '03:25 ✅ Error rate back to 0.2%. Cache warming.',
        '03:30 ✅ RESOLVED — Duration: 16 minutes',
      ],
    },
  ],
});

export const diskCard: Message = message('🟡 Disk at 92% on web-prod-01', {
  tone: 'warning',
  blocks: [
    {
      type: 'section',
      heading: 'I can clean up:',
      lines: ['• Docker images: ~4.2 GB', '• Old logs: ~1.8 GB', '• /tmp files > 7 days: ~600 MB'],
    },
    { type: 'text', text: 'Total recovery: ~6.6 GB (→ would bring disk to 71%)' },
    { type: 'text', text: 'Run cleanup?' },
    {
      type: 'buttons',
      buttons: [
        { label: 'Approve', command: '/approve 7', style: 'primary' },
        { label: 'Deny', command: '/deny 7', style: 'danger' },
      ],
    },
  ],
});
