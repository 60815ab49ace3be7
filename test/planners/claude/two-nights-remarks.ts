// What a model may write over the two nights: true by the readings, invented, a true number told of the wrong thing, and plain
// talk or advice that claims nothing.
import type { Evidence } from '../../../src/planners/claude/facts/evidence.ts';
import { CHECKOUT_NIGHT, SEARCH_NIGHT } from './two-nights.ts';

export interface Remarks {
  readonly evidence: Evidence;
  readonly right: readonly string[];
  readonly invented: readonly string[];
  readonly misattributed: readonly string[];
  readonly advice: readonly string[];
}

export const TWO_NIGHTS: readonly Remarks[] = [
  {
    evidence: CHECKOUT_NIGHT,
    right: [
      "checkout's error rate is 14.2%, up from a usual 0.3%.",
      'About 1 in 7 checkout requests is failing.',
      'Payments latency has doubled: p99 is 1,900 ms, usually 950 ms.',
      'CPU on payments is at 88%, double the usual 44%.',
      'Exactly a quarter of the checkout log lines are errors (2,410 of 9,640).',
      'Together, checkout and payments logged 2,474 errors.',
      'Errors and warnings on checkout add up to 2,590 lines.',
      'The payments pool is exhausted: all 40 connections are in use.',
      'Deploy #2207 by @dana went out at 14:12, four minutes before the errors began at 14:16.',
      'Latency started rising at 14:14, two minutes after the deploy.',
      'The message is "payment call timed out after 3000ms", seen on checkout-1 and checkout-2.',
      'payments-2 fails its probe (timeout after 5 s); the other three instances are healthy.',
      'The queue orders-in holds 18,400 messages, more than 150 times the usual 120.',
      'The oldest message in orders-in has been waiting for 22 minutes.',
      'p99 latency of checkout is 3.2 s, eight times its usual 400 ms.',
      'Traffic is normal: 420 requests per second against 410 usually.',
      'payments got its own deploy, #918, 17 minutes before #2207.',
      'Less than half of the memory is in use (1.5 GB of 4 GB).',
      'One of the four payments instances, payments-2, is unhealthy, so a quarter of its capacity is gone.',
      'Across both services 9 of 10 instances are healthy.',
    ],
    invented: [
      'About 1 in 3 checkout requests is failing.',
      'Together, the two services logged 2,874 errors.',
      'Memory on checkout has doubled to 3 GB.',
      'Deploy #2209 introduced the batching.',
      'The errors began at 14:02, before the deploy.',
      'The log says "connection refused by payments gateway".',
      'checkout-9 is the worst instance.',
      'Around 5,300 customers could not pay.',
      'payments tripled its CPU from 44% to 88%.',
      'The rollback will take 90 seconds.',
    ],
    misattributed: [
      'The error rate of payments is 14.2%.',
      "checkout's CPU is at 88%.",
      'payments has a p99 latency of 3,200 ms.',
      'Memory of checkout is at 36%.',
      'Deploy #918 of checkout went out at 14:12.',
    ],
    advice: [
      'Wait ten minutes after the rollback before you close the incident.',
      'If it does not get better, try again in 5 minutes.',
      'I would roll back first and look for the deeper cause tomorrow.',
      'Consider a timeout of 2 seconds with at most 3 retries for payment calls.',
      'Keep an eye on the queue for the next half hour.',
    ],
  },
  {
    evidence: SEARCH_NIGHT,
    right: [
      'Two of the eight search-api instances are down: search-api-3 and search-api-5.',
      'A quarter of the search-api instances is unhealthy.',
      'Memory of search-api is at 97%, 36 points above its usual 61%.',
      'p95 latency is ten times the usual: 1,250 ms instead of 125 ms.',
      'Requests to catalog have doubled, from 380/s to 760/s.',
      'The first out-of-memory kill came at 02:58, 17 minutes after deploy #5530 at 02:41.',
      'Together the two indexes take 20 GB, more than the 16 GB heap.',
      'The reviews index (14 GB) is more than twice as large as products (6 GB).',
      'search-api-3 restarted 4 times and search-api-5 3 times, 7 restarts in total.',
      'One in 20 log lines is an error (36 of 720).',
      'The log shows `java.lang.OutOfMemoryError: Java heap space` at 02:58:20.',
      'Process 4121 (java) was killed.',
      '@kenji deployed "feat: index product reviews" at 02:41 JST.',
      'At 03:09 the container went into back-off, about 11 minutes after the kill.',
      'Roughly 5% of search requests fail (4.8%).',
      'Nearly 1 in 20 search requests fails.',
      'catalog is slower too, with a p95 of 340 ms, nearly four times the usual 90 ms.',
      'All 12 instances are running, but only 10 of them are healthy.',
      'CPU is not the problem: 52% now, 49% usually.',
      'Shard [reviews][2] failed to recover at 03:02, and the incident opened at 03:00.',
    ],
    invented: [
      'Half of the search-api instances are unhealthy.',
      'The indexes add up to 26 GB.',
      'search-api-7 was OOMKilled as well.',
      'The first kill came 31 minutes after the deploy.',
      'One in 5 log lines is an error.',
      'The heap is set to 24 GB.',
      'The cause is `java.lang.StackOverflowError`.',
      'catalog requests have tripled to 1,140/s.',
      'Memory began to climb at 02:15 JST.',
      'In total there were 11 restarts.',
    ],
    misattributed: [
      'catalog uses 97% of its memory.',
      'The error rate of catalog is 4.8%.',
      'search-api serves 760 requests per second.',
      'CPU of search-api is at 97%.',
      'search-api-5 restarted 4 times.',
    ],
    advice: [
      'Give the new instances two or three minutes to warm up.',
      'Rolling back the deploy is the safest next step.',
      'Set an alert at 85% so that you hear of it earlier next time.',
      'Check back in 15 minutes.',
      'If memory does not fall, double the heap and restart one instance at a time.',
    ],
  },
];
