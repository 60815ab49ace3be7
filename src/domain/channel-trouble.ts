// What does not work with a channel while the daemon runs: said once, elsewhere, and shown until it is over.

export interface ChannelTrouble {
  /** What does not work, and what that means. */
  text: string;
  /** What to do about it. */
  fix: string;
  /** It mends itself mostly, so people are told only when it lasts. */
  passing: boolean;
  /** Nothing is lost by it yet: a warning. */
  mild?: true;
}

/** `about`: the same words for the same thing, such as `bot-token` or `#ops-critical`. Null: it works. */
export type SayTrouble = (about: string, trouble: ChannelTrouble | null) => void;
