// What a pager answers when it is asked who is on call, kept with when it was asked. Pure.

/** Somebody as a pager knows them. */
export interface PagerPerson {
  id: string;
  name: string;
  email: string | null;
}
