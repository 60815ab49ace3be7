#!/usr/bin/env bash
# The incident toolkit of a small team, command by command, on an empty state folder:
#   OPENCLAW_STATE_DIR=$(mktemp -d) bash examples/seed-commands.sh
# Sources and channels come later; until then each line says what is missing and how to add it.
set -euo pipefail

openclaw command add \
--name "rollback" \
--trigger "/rollback" \
--source "GitHub,AWS Production" \
--message "The user wants to roll back a deployment.
1. Identify the deployment to roll back (by number, or default to latest)
2. Show what will change: commit range, affected services
3. Ask for explicit confirmation
4. Execute the rollback
5. Monitor for 5 minutes and report if metrics improve
SAFETY: Always show a diff of what will change before executing.
Never roll back more than one deployment at a time." \
--announce \
--channel slack \
--to "#ops-critical"

openclaw command add \
--name "scale" \
--trigger "/scale" \
--source "AWS Production" \
--message "The user wants to scale infrastructure.
Parse the request and:
1. Identify the service and desired scale
2. Show current vs. proposed state (instances, cost impact)
3. Ask for confirmation
4. Execute the scaling action
5. Monitor until new instances are healthy
SAFETY: Cap maximum scale at 3x current capacity.
For larger scales, require a reason." \
--announce \
--channel slack \
--to "#ops-alerts"

openclaw command add \
--name "restart" \
--trigger "/restart" \
--source "AWS Production" \
--message "The user wants to restart a service.
1. Identify the service
2. Show current health status
3. Confirm: rolling restart or full restart?
4. Execute with zero-downtime if possible (rolling)
5. Monitor health checks after restart
SAFETY: Default to rolling restart. Full restart only if explicitly requested.
Refuse to restart database services — suggest failover instead." \
--announce \
--channel slack \
--to "#ops-alerts"

openclaw command add \
--name "logs" \
--trigger "/logs" \
--source "AWS Production" \
--message "Fetch and analyze recent logs.
Parse: /logs [service] [--since time] [--grep pattern]
1. Fetch the last 100 lines (or since the specified time)
2. Highlight errors and warnings
3. Group similar errors and count occurrences
4. Identify the most likely root cause
5. Suggest next steps
Format: Show the 5 most relevant log lines, then your analysis.
Don't dump raw logs — summarize intelligently." \
--announce \
--channel slack \
--to "#ops-alerts"

openclaw command add \
--name "metrics" \
--trigger "/metrics" \
--source "Grafana,AWS Production" \
--message "Show current metrics for a service.
Parse: /metrics [service] [metric-name]
Display:
- Current value vs. normal baseline
- Trend over last hour (↑ increasing, ↓ decreasing, → stable)
- If abnormal, when it started deviating
- Related metrics that might explain the anomaly" \
--announce \
--channel slack \
--to "#ops-alerts"

openclaw agent edit "DevOps Monitor" \
--append-message "
INCIDENT WORKFLOW (for CRITICAL alerts):
1. Create an incident thread in #ops-critical
2. Set the thread topic: '🔴 [service] — [description]'
3. Post initial context (alert details, probable cause, timeline)
4. Suggest immediate actions with command shortcuts
5. Tag the on-call engineer
6. Start a timeline — log every action taken in the thread
7. When resolved, generate a summary with:
- Duration
- Root cause
- Actions taken
- What to fix long-term"

openclaw auto-fix add \
--name "Disk Cleanup" \
--condition "disk_usage > 90%" \
--action "Clean Docker images and log rotation:
1. docker system prune -f (removes unused images)
2. journalctl --vacuum-size=500M (trim system logs)
3. Find and remove files in /tmp older than 7 days" \
--approval "auto" \
--notify "#ops-info" \
--max-runs "3 per day"

openclaw auto-fix add \
--name "Service Restart on OOM" \
--condition "service_oom_killed = true" \
--action "Rolling restart of the affected service" \
--approval "auto" \
--notify "#ops-alerts" \
--cooldown "30m"

openclaw command add \
--name "flush-cache" \
--trigger "/flush-cache" \
--source "AWS Production" \
--message "Flush the Redis cache for a specific service or pattern.
Parse: /flush-cache [service|pattern]
Confirm before executing. Show estimated cache rebuild time."

openclaw command add \
--name "db-failover" \
--trigger "/db-failover" \
--source "AWS Production" \
--message "Initiate database failover to read replica.
Show: current primary, replica lag, estimated downtime.
Require double confirmation for this action."

openclaw escalation add \
--name "Default" \
--level-1 "on-call" --timeout "5m" \
--level-2 "team-lead" --timeout "15m" \
--level-3 "engineering-manager" --timeout "30m" \
--message "No one has acknowledged incident #{id} after {timeout}.
Escalating to {next_level}."

openclaw alert-route add --name Critical --severity critical --channel slack --to "#ops-critical" --also-page on-call
