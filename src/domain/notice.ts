// What a connected system tells us that is no alert. Kept in the inbox like one, and worked on later.
import type { PagerNews } from './pager-news.ts';

/** A deploy or another change of a system that we may not read ourselves. */
export interface Change {
  type: 'change';
  title: string;
  /** What its sender calls the service; counts only where one is configured by exactly that name. */
  service: string | null;
  author: string | null;
  at: number;
  link: string | null;
}

/** Amazon SNS asks whether this really is where a topic is to be sent. */
export interface Subscription {
  type: 'subscription';
  topic: string;
  /** To be fetched once, and only from a host of SNS. */
  url: string;
}

/** For the record, and where somebody has to do something, for the room too. */
export interface Remark {
  type: 'remark';
  text: string;
  /** What to do about it. Null: nothing. */
  advice: string | null;
}

export type Notice = Change | Subscription | Remark | PagerNews;

export interface KeyedNotice {
  /** Of this very delivery: a repeat of it is the same one. */
  key: string;
  notice: Notice;
}
