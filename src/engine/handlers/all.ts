// Which handler does which job.
import { type Handlers, nothing } from '../engine.ts';
import { ackExpiry } from './ack-expiry.ts';
import { alert } from './alert.ts';
import { alertEnd } from './alert-end.ts';
import { annotate } from './annotate.ts';
import { attach } from './attach.ts';
import { audit } from './audit.ts';
import { autoFix } from './auto-fix.ts';
import { card } from './card.ts';
import { chat } from './chat.ts';
import { escalate } from './escalate.ts';
import { execute } from './execute.ts';
import { expire } from './expire.ts';
import { incidentRoom } from './incident-room.ts';
import { investigate } from './investigate.ts';
import { link } from './link.ts';
import { lookout } from './lookout.ts';
import { muting } from './muting.ts';
import { newDeploys } from './new-deploys.ts';
import { news } from './news.ts';
import { notice } from './notice.ts';
import { onCall } from './on-call.ts';
import { pageBundle } from './page-bundle.ts';
import { pageEnd } from './page-end.ts';
import { pageFallback } from './page-fallback.ts';
import { pagerNews } from './pager-news.ts';
import { pagerTurn } from './pager-turn.ts';
import { pin } from './pin.ts';
import { plan } from './plan.ts';
import { poll } from './poll.ts';
import { post } from './post.ts';
import { resolve } from './resolve.ts';
import { stillFiring } from './still-firing.ts';
import { subscribe } from './subscribe.ts';
import { undo } from './undo.ts';
import { watch } from './watch.ts';
import { words } from './words.ts';

export const HANDLERS: Handlers = {
  // It is what `room-posts.ts` remembers, and over.
  'ack-expiry': ackExpiry,
  alert,
  'alert-end': alertEnd,
  annotate,
  attach,
  audit,
  'auto-fix': autoFix,
  card,
  chat,
  escalate,
  execute,
  expire,
  'incident-room': incidentRoom,
  investigate,
  link,
  lookout,
  muting,
  'new-deploys': newDeploys,
  news,
  notice,
  'on-call': onCall,
  'page-bundle': pageBundle,
  'page-end': pageEnd,
  'page-fallback': pageFallback,
  'pager-news': pagerNews,
  'pager-turn': pagerTurn,
  pin,
  plan,
  poll,
  post,
  resolve,
  room: async () => nothing,
  'still-firing': stillFiring,
  subscribe,
  undo,
  watch,
  words,
};
