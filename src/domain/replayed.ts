// What running an exported incident again comes to: part by part, and where it is not the same.

/** The first difference; `line` counts from 1, within what it is about. */
export interface Difference {
  what: string;
  line: number;
  before: string;
  after: string;
}

/** `what`: "conversation 3 (narrative)", "plan 7", "timeline". */
export interface Checked {
  what: string;
  result: 'same' | 'different' | 'not kept';
  /** One line. */
  detail: string;
  difference: Difference | null;
}

export interface Replay {
  incident: { id: number; title: string; severity: string; service: string | null; state: string };
  digest: string;
  madeBy: string;
  madeAt: number;
  checks: Checked[];
  /** Parts that were there and are kept no more, as `what` names them: with any, this is no whole export. */
  pruned: string[];
}

/** What came of a question: a proposal in one line, and words. */
export interface CameOfIt {
  proposal: string;
  words: string;
}

export interface ProposedOtherwise {
  model: { before: string; after: string };
  before: CameOfIt;
  after: CameOfIt;
  /** Whether the proposals are the same; words of a model seldom are. Null: it did not answer, `after.words` say why. */
  same: boolean | null;
  /** Readings it asked for that were not made then. */
  missed: string[];
}

export interface AskedAgain {
  talk: string;
  otherwise: ProposedOtherwise | null;
}
